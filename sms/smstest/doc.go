// Package smstest is what every sender has to pass: the contract of [cattlegrid.Sender] as tests.
//
//	func TestSender(t *testing.T) {
//		smstest.Run(t, smstest.HTTP{
//			Provider: fake.Aliyun{AccessKeyID: "id", AccessKeySecret: "secret"},
//			New: func(endpoint string, client *http.Client, secret string) (cattlegrid.Sender, error) {
//				return aliyun.New(aliyun.Config{AccessKeyID: "id", AccessKeySecret: secret, Endpoint: endpoint, …}, client)
//			},
//			Secret: "secret",
//		}.Harness())
//	}
//
// A sender over HTTP gives its side of the wire, and the suite a provider that fakes the other; others make a [Harness].
package smstest
