package main

import "time"

type smsConfig struct {
	Provider    string   `toml:"provider" env:"PROVIDER" example:"webhook"`
	Fallback    []string `toml:"fallback" env:"FALLBACK" example:"tencent,twilio"`
	Order       string   `toml:"order" env:"ORDER" example:"listed"`
	Timeout     duration `toml:"timeout" env:"TIMEOUT" example:"4s"`
	Templates   string   `toml:"templates" env:"TEMPLATES" example:"templates.toml"`
	ReceiptsURL string   `toml:"receipts_url" env:"RECEIPTS_URL" example:"https://sms.example.com/receipts"`

	Webhook            webhookConfig    `toml:"webhook" envPrefix:"WEBHOOK_"`
	Aliyun             aliyunConfig     `toml:"aliyun" envPrefix:"ALIYUN_"`
	AliyunVerification aliyunConfig     `toml:"aliyun_verification" envPrefix:"ALIYUN_VERIFICATION_"`
	Tencent            tencentConfig    `toml:"tencent" envPrefix:"TENCENT_"`
	Yuntongxun         yuntongxunConfig `toml:"yuntongxun" envPrefix:"YUNTONGXUN_"`
	Huawei             huaweiConfig     `toml:"huawei" envPrefix:"HUAWEI_"`
	Twilio             twilioConfig     `toml:"twilio" envPrefix:"TWILIO_"`
	Vonage             vonageConfig     `toml:"vonage" envPrefix:"VONAGE_"`
	AWS                awsConfig        `toml:"aws" envPrefix:"AWS_"`
	SMPP               smppConfig       `toml:"smpp" envPrefix:"SMPP_"`
}

type webhookConfig struct {
	URL          string   `toml:"url" env:"URL" example:"https://www.example.com/sms" mask:"url"`
	Secret       string   `toml:"secret" env:"SECRET" recipe:"echo whsec_$(openssl rand -base64 32)" mask:"all"`
	Timeout      duration `toml:"timeout" env:"TIMEOUT" example:"4s"`
	AllowPrivate bool     `toml:"allow_private" env:"ALLOW_PRIVATE" example:"true"`
}

type aliyunConfig struct {
	AccessKeyID     string   `toml:"access_key_id" env:"ACCESS_KEY_ID" example:"LTAI5tExampleExampleExample"`
	AccessKeySecret string   `toml:"access_key_secret" env:"ACCESS_KEY_SECRET" mask:"all"`
	Signature       string   `toml:"signature" env:"SIGNATURE" example:"示例网"`
	Template        string   `toml:"template" env:"TEMPLATE" example:"SMS_153055065"`
	Variables       []string `toml:"variables" env:"VARIABLES" example:"code,min=minutes"`
	ReceiptToken    string   `toml:"receipt_token" env:"RECEIPT_TOKEN" recipe:"openssl rand -hex 16" mask:"all"`
	Endpoint        string   `toml:"endpoint" env:"ENDPOINT" example:"http://127.0.0.1:8801"`
	Countries       []string `toml:"countries" env:"COUNTRIES" example:"CN"`
}

type tencentConfig struct {
	SecretID     string   `toml:"secret_id" env:"SECRET_ID" example:"AKIDExampleExampleExample"`
	SecretKey    string   `toml:"secret_key" env:"SECRET_KEY" mask:"all"`
	AppID        string   `toml:"app_id" env:"APP_ID" example:"1400006666"`
	Region       string   `toml:"region" env:"REGION" example:"ap-guangzhou"`
	Signature    string   `toml:"signature" env:"SIGNATURE" example:"示例网"`
	Template     string   `toml:"template" env:"TEMPLATE" example:"449739"`
	Variables    []string `toml:"variables" env:"VARIABLES" example:"code,minutes"`
	ReceiptToken string   `toml:"receipt_token" env:"RECEIPT_TOKEN" recipe:"openssl rand -hex 16" mask:"all"`
	Endpoint     string   `toml:"endpoint" env:"ENDPOINT" example:"https://sms.intl.tencentcloudapi.com"`
	Countries    []string `toml:"countries" env:"COUNTRIES" example:"CN"`
}

type yuntongxunConfig struct {
	AccountSID string   `toml:"account_sid" env:"ACCOUNT_SID" example:"8a216da86f715cf7016f8bc2e0a1048f"`
	AuthToken  string   `toml:"auth_token" env:"AUTH_TOKEN" mask:"all"`
	AppID      string   `toml:"app_id" env:"APP_ID" example:"8a216da86f715cf7016f8bc2e0a10496"`
	Template   string   `toml:"template" env:"TEMPLATE" example:"1"`
	Variables  []string `toml:"variables" env:"VARIABLES" example:"code,minutes"`
	Endpoint   string   `toml:"endpoint" env:"ENDPOINT" example:"http://127.0.0.1:8801"`
	Countries  []string `toml:"countries" env:"COUNTRIES" example:"CN"`
}

type huaweiConfig struct {
	AppKey       string   `toml:"app_key" env:"APP_KEY" example:"c8RWg3ggEcyd4D3p94bf3Y7x1Ile"`
	AppSecret    string   `toml:"app_secret" env:"APP_SECRET" mask:"all"`
	Channel      string   `toml:"channel" env:"CHANNEL" example:"csms12345678"`
	Template     string   `toml:"template" env:"TEMPLATE" example:"8ff55eac1d0b478ab3c06c3c6a492300"`
	Variables    []string `toml:"variables" env:"VARIABLES" example:"code,minutes"`
	ReceiptToken string   `toml:"receipt_token" env:"RECEIPT_TOKEN" recipe:"openssl rand -hex 16" mask:"all"`
	Endpoint     string   `toml:"endpoint" env:"ENDPOINT" example:"https://smsapi.cn-south-1.myhuaweicloud.com:443"`
	Countries    []string `toml:"countries" env:"COUNTRIES" example:"CN"`
}

type twilioConfig struct {
	AccountSID       string   `toml:"account_sid" env:"ACCOUNT_SID" example:"AC0123456789abcdef0123456789abcdef"`
	AuthToken        string   `toml:"auth_token" env:"AUTH_TOKEN" mask:"all"`
	OldAuthToken     string   `toml:"old_auth_token" env:"OLD_AUTH_TOKEN" mask:"all"`
	KeySID           string   `toml:"key_sid" env:"KEY_SID" example:"SK0123456789abcdef0123456789abcdef"`
	KeySecret        string   `toml:"key_secret" env:"KEY_SECRET" mask:"all"`
	From             string   `toml:"from" env:"FROM" example:"+15017122661"`
	MessagingService string   `toml:"messaging_service" env:"MESSAGING_SERVICE" example:"MG0123456789abcdef0123456789abcdef"`
	Feedback         bool     `toml:"feedback" env:"FEEDBACK" example:"true"`
	Endpoint         string   `toml:"endpoint" env:"ENDPOINT" example:"http://127.0.0.1:8801"`
	Countries        []string `toml:"countries" env:"COUNTRIES" example:"US,CA"`
}

type vonageConfig struct {
	ApplicationID   string   `toml:"application_id" env:"APPLICATION_ID" example:"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"`
	PrivateKey      string   `toml:"private_key" env:"PRIVATE_KEY" mask:"all"`
	From            string   `toml:"from" env:"FROM" example:"447700900001"`
	SignatureSecret string   `toml:"signature_secret" env:"SIGNATURE_SECRET" mask:"all"`
	Endpoint        string   `toml:"endpoint" env:"ENDPOINT" example:"http://127.0.0.1:8801"`
	Countries       []string `toml:"countries" env:"COUNTRIES" example:"GB,DE"`
}

type awsConfig struct {
	Region           string   `toml:"region" env:"REGION" example:"eu-central-1"`
	AccessKeyID      string   `toml:"access_key_id" env:"ACCESS_KEY_ID" example:"AKIAIOSFODNN7EXAMPLE"`
	SecretAccessKey  string   `toml:"secret_access_key" env:"SECRET_ACCESS_KEY" mask:"all"`
	SessionToken     string   `toml:"session_token" env:"SESSION_TOKEN" mask:"all"`
	Origination      string   `toml:"origination" env:"ORIGINATION" example:"pool-0123456789abcdef0123456789abcdef"`
	ConfigurationSet string   `toml:"configuration_set" env:"CONFIGURATION_SET" example:"codes"`
	MaxPrice         string   `toml:"max_price" env:"MAX_PRICE" example:"0.10"`
	Topic            string   `toml:"topic" env:"TOPIC" example:"arn:aws:sns:eu-central-1:123456789012:receipts"`
	Feedback         bool     `toml:"feedback" env:"FEEDBACK" example:"true"`
	Endpoint         string   `toml:"endpoint" env:"ENDPOINT" example:"http://127.0.0.1:8801"`
	Countries        []string `toml:"countries" env:"COUNTRIES" example:"US,CA"`
}

type smppConfig struct {
	Addr       string   `toml:"addr" env:"ADDR" example:"smsc.example.com:3550"`
	TLS        bool     `toml:"tls" env:"TLS" example:"true"`
	SystemID   string   `toml:"system_id" env:"SYSTEM_ID" example:"example"`
	Password   string   `toml:"password" env:"PASSWORD" mask:"all"`
	SystemType string   `toml:"system_type" env:"SYSTEM_TYPE" example:"OTP"`
	Source     string   `toml:"source" env:"SOURCE" example:"Example"`
	Window     int      `toml:"window" env:"WINDOW" example:"10"`
	ReceiptIDs string   `toml:"receipt_ids" env:"RECEIPT_IDS" example:"hex_answers"`
	Unpaid     []string `toml:"unpaid" env:"UNPAID" example:"0x0401"`
	Countries  []string `toml:"countries" env:"COUNTRIES" example:"DE,FR"`
}

func defaultSMS() smsConfig {
	code := []string{"code"}
	return smsConfig{
		Order: "listed", Timeout: duration(4 * time.Second),
		Webhook:            webhookConfig{Timeout: duration(4 * time.Second)},
		Aliyun:             aliyunConfig{Variables: code},
		AliyunVerification: aliyunConfig{Variables: []string{"code", "min=minutes"}, Countries: []string{"CN"}},
		Tencent:            tencentConfig{Variables: code, Region: "ap-guangzhou"},
		Yuntongxun:         yuntongxunConfig{Variables: []string{"code", "minutes"}, Countries: []string{"CN"}},
		Huawei:             huaweiConfig{Variables: code},
		SMPP:               smppConfig{TLS: true, Window: 10, ReceiptIDs: "same", Unpaid: []string{"0x0401"}},
	}
}
