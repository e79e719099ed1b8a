// Package smpp is a sender that submits messages to an SMSC, a provider's or an operator's own, over SMPP 3.4.
//
//	sender, err := smpp.New(smpp.Config{
//		Address:  "smsc.example.com:3550",
//		TLS:      new(tls.Config),
//		SystemID: "acme",
//		Password: os.Getenv("SMS_SMPP_PASSWORD"),
//		Source:   "Acme",
//	})
//	…
//	defer sender.Close(ctx)
//
// [New] begins to connect in the background and does not need the SMSC to be up. One link is kept, bound as a transceiver:
// it is asked after a silence whether it is there, and bound again when it is lost, after one second, two, four, up to a
// minute, somewhat at random. [Sender.Close] lets messages on their way arrive, and unbinds.
//
// # The fate of a message
//
// Until the first octet of a message is written, nothing can have left, and the failure is Temporary: no link, a full
// window, time over. A message that waits for a link goes over the next one. Once written it is either answered, or Unknown:
// time over, link lost, link cut by [Sender.Close]. SMPP cannot ask what became of such a message, so it is never repeated.
//
// An answer is a success, or a command_status with its class:
//
//	ESME_RTHROTTLED, RMSGQFUL                                  Throttled
//	ESME_RINVDSTADR, RINVDSTTON, RINVDSTNPI, RX_P_APPN, RX_R_APPN  Permanent
//	the account, the source, a field, a parameter              Misconfigured
//	anything else                                              Temporary
//
// [Config.Statuses] changes that; no status of the protocol means that an account is empty, and providers have their own.
// The name of the status, or its number in hexadecimal, is the Code of the error. A refusal to bind has a class as well. If
// it is Misconfigured or Unpaid, messages fail at once instead of waiting, and the next bind is five to ten minutes later.
//
// # Texts
//
// A text is in the GSM alphabet if it can be, and in UCS-2 if not; package segment tells which characters decide that. One
// that is too long for one SMS goes in parts, in their order, each after the one before was taken. If a later part fails,
// the fate of the message is Unknown. The id of a delivery is that of the last part.
//
// # Receipts
//
// With [Config.OnReceipt] the SMSC is asked to tell what became of each message, one receipt a message: of its last part.
// [Receipt.ID] is the ID of the delivery; see [IDForm] where an SMSC writes it in two ways. A receipt may come before Send
// returns, twice, hours later, or never. One may come of a message whose fate was Unknown: if the SMSC repeats the
// reference that each message has, [Receipt.Message] tells which of the last 4096 it was. A receipt is answered when it
// waits for OnReceipt, so those that wait in a process that dies are lost.
//
// # Bounds
//
// Ten messages wait for an answer at once, each ten seconds, unless configured; three in a row that nobody answers end the
// link. A PDU is read up to 64 KiB; one that is longer, or shorter than its header, ends the link. A thousand receipts wait.
// Errors and log lines contain no code, text, number or password.
package smpp
