package awssms

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sms "github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2"
	"github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2/types"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Provider is the short name in deliveries and errors.
const Provider = "aws"

// Config is what a [Sender] needs. All but Region and the credentials may be zero.
type Config struct {
	Region          string // as "eu-central-1": where the origination identity is
	AccessKeyID     string // of an IAM user that may do nothing but send
	SecretAccessKey string // signs the requests
	SessionToken    string // goes with a key that ends

	// Credentials is asked for keys in place of the three above, for instance one of the SDK's for a role. It must be safe
	// for concurrent use.
	Credentials aws.CredentialsProvider

	OriginationIdentity string // a number, sender ID or pool, or the ARN of one; "" lets AWS take one of the account's
	ConfigurationSet    string // decides where receipts go; "" means the account's own
	MaxPrice            string // of a message, in US dollars, as "0.10"; "" is no limit
	Feedback            bool   // the fate of messages will be told by [Sender.Feedback]
	TopicARN            string // of the SNS topic that posts receipts; "" means that none are taken

	Endpoint string        // "" means AWS's own
	Timeout  time.Duration // 0 means wire.DefaultTimeout
	Now      func() time.Time
}

// Sender sends through AWS. It is safe for concurrent use.
type Sender struct {
	client *wire.Client
	// A function, so that what is secret is in no field that a careless "%+v" would print.
	api          func() *sms.Client
	options      options
	topic        string
	certificates certificates
	now          func() time.Time
}

// options is what all messages have in common.
type options struct {
	origination, set, maxPrice *string
	feedback                   *bool
}

var _ cattlegrid.Sender = (*Sender)(nil)

// What AWS documents of its parameters; of regions, what they are like.
var (
	regions = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$`)
	origins = regexp.MustCompile(`^[A-Za-z0-9_:/+-]{1,256}$`)
	sets    = regexp.MustCompile(`^[A-Za-z0-9_:/-]{1,256}$`)
	prices  = regexp.MustCompile(`^[0-9]{0,2}\.[0-9]{1,5}$`)
	topics  = regexp.MustCompile(`^arn:aws[a-z-]*:sns:([a-z0-9-]+):[0-9]{12}:[A-Za-z0-9_-]{1,256}$`)
	ids     = regexp.MustCompile(`^[A-Za-z0-9_:/-]{1,64}$`)
)

// New returns a sender, or says what is wrong in the configuration. A nil client is one of the sender's own.
func New(c Config, client *http.Client) (*Sender, error) {
	if err := c.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", Provider, err)
	}
	endpoint, err := wire.Endpoint(c.Endpoint, "https://sms-voice."+c.Region+".amazonaws.com")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Provider, err)
	}
	exchange, err := wire.NewClient(Provider, client, c.Timeout)
	if err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Credentials == nil {
		c.Credentials = static(aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken})
	}
	api := sms.New(sms.Options{
		Region: c.Region, Credentials: c.Credentials, BaseEndpoint: aws.String(endpoint.String()), HTTPSignerV4: newSigner(c.Now),
		Retryer: aws.NopRetryer{}, // a retry after a lost answer would be a second message
	})
	return &Sender{
		client: exchange, api: func() *sms.Client { return api }, topic: c.TopicARN, now: c.Now,
		certificates: newCertificates(exchange, c.Now),
		options: options{
			origination: optional(c.OriginationIdentity), set: optional(c.ConfigurationSet), maxPrice: optional(c.MaxPrice), feedback: optional(c.Feedback),
		},
	}, nil
}

func (c Config) validate() error {
	switch {
	case !regions.MatchString(c.Region):
		return errors.New("the Region is not one of AWS's; want for example eu-central-1")
	case c.Credentials == nil && (c.AccessKeyID == "" || c.SecretAccessKey == ""):
		return errors.New("AccessKeyID or SecretAccessKey is empty; want those of an IAM user, or Credentials")
	case c.OriginationIdentity != "" && !origins.MatchString(c.OriginationIdentity):
		return errors.New("OriginationIdentity is malformed; want a number as +12065550152, a sender ID, a pool's ID, or the ARN of one")
	case c.ConfigurationSet != "" && !sets.MatchString(c.ConfigurationSet):
		return errors.New("ConfigurationSet is malformed; want its name or ARN")
	case c.MaxPrice != "" && !prices.MatchString(c.MaxPrice):
		return errors.New("MaxPrice is malformed; want US dollars as 0.10")
	case c.TopicARN != "" && !topics.MatchString(c.TopicARN):
		return errors.New("TopicARN is malformed; want for example arn:aws:sns:eu-central-1:123456789012:receipts")
	default:
		return nil
	}
}

// optional is a pointer to a value, nil if it is zero.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// Send implements [cattlegrid.Sender].
func (s *Sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	return s.client.Through(ctx, m, func(ctx context.Context, e *wire.Exchange) (string, error) {
		out, err := s.api().SendTextMessage(ctx, s.options.message(m), through(e))
		if err != nil {
			return "", refusal(err, e)
		}
		if aws.ToString(out.MessageId) == "" {
			return "", e.Answer().Refuse()
		}
		return *out.MessageId, nil
	})
}

func (o options) message(m cattlegrid.Message) *sms.SendTextMessageInput {
	in := &sms.SendTextMessageInput{
		DestinationPhoneNumber: aws.String(m.To.E164()), MessageBody: aws.String(m.Text), MessageType: types.MessageTypeTransactional,
		OriginationIdentity: o.origination, ConfigurationSetName: o.set, MaxPrice: o.maxPrice, MessageFeedbackEnabled: o.feedback,
	}
	if m.ID != "" {
		in.Context = map[string]string{refKey: m.ID}
	}
	if m.Lifetime > 0 {
		// There is no use in a code that has expired. AWS takes 5 seconds to 72 hours.
		in.TimeToLive = aws.Int32(int32(min(max(m.Lifetime, 5*time.Second), 72*time.Hour) / time.Second))
	}
	return in
}

// refKey is the key of [cattlegrid.Message].ID in what AWS repeats in receipts.
const refKey = "ref"

func through(e *wire.Exchange) func(*sms.Options) {
	return func(o *sms.Options) { o.HTTPClient = e }
}

// Feedback tells AWS whether the code of a message came back, where Config.Feedback promised it: AWS shows it as the rate of
// conversion, and without it counts the message as failed after an hour. The id is that of the delivery. The error is a
// [*cattlegrid.SendError].
func (s *Sender) Feedback(ctx context.Context, messageID string, converted bool) error {
	status := types.MessageFeedbackStatusFailed
	if converted {
		status = types.MessageFeedbackStatusReceived
	}
	_, err := s.client.Through(ctx, cattlegrid.Message{}, func(ctx context.Context, e *wire.Exchange) (string, error) {
		if !ids.MatchString(messageID) {
			return "", errors.New("that is no id of a message at AWS")
		}
		_, err := s.api().PutMessageFeedback(ctx, &sms.PutMessageFeedbackInput{MessageId: &messageID, MessageFeedbackStatus: status}, through(e))
		if err != nil {
			return "", refusal(err, e)
		}
		return "", nil
	})
	return err
}
