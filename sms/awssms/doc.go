// Package awssms sends through AWS End User Messaging SMS, API pinpoint-sms-voice-v2, SendTextMessage:
// https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html.
//
//	sender, err := awssms.New(awssms.Config{
//		Region:              "eu-central-1",
//		AccessKeyID:         os.Getenv("AWS_ACCESS_KEY_ID"),
//		SecretAccessKey:     os.Getenv("AWS_SECRET_ACCESS_KEY"),
//		OriginationIdentity: "CATTLEGRID",
//		ConfigurationSet:    "otp",
//		TopicARN:            "arn:aws:sns:eu-central-1:123456789012:receipts",
//	}, nil)
//
// Requests are made, signed and read by AWS's own module. It makes one request a message: its retries are switched off, since
// the API knows no idempotency and a retry after a lost answer would be a second message. Keys are given in the configuration.
// A program that wants those of a role hands over Config.Credentials, from the SDK's module config, which is none of ours.
//
// AWS takes text, and no templates: the message is sent as it is, as TRANSACTIONAL. Its ID goes along as "ref" in the context,
// which receipts repeat. Its lifetime goes along, too: AWS drops what it could not deliver in time.
//
// # Failures
//
// Code in the error is the reason that AWS gives or, if it gives none, the name of its error. InternalServerException, and
// whatever AWS does not document, leave the fate of the message Unknown.
//
// # Conversion
//
// AWS shows what share of messages came to something if it is told by [Sender.Feedback], with Config.Feedback. Whoever
// promises it must keep it: a message that nothing is told of counts as failed after an hour.
//
// # Receipts
//
// AWS publishes them to a topic of SNS, and SNS posts them. [Sender.Receipts] believes what SNS signed, in either of its
// versions, and what is for Config.TopicARN and not older than two hours. The certificate is fetched from SNS and kept; since
// its address is SNS's own, and TLS shows that it is, its issuer is not looked at. When a subscription is made, it is
// confirmed. Raw delivery is not signed, and refused.
//
// "SUCCESSFUL" is Delivered: in some countries it is all that a carrier says. "UNKNOWN" is no receipt.
package awssms
