// Package fake is the other side of the wire: providers that check requests as the real ones do, signature and all, answer as
// they do, and never send anything. It drives the tests of the senders, the command "cattlegrid fake-sms" and the tests of
// sites.
//
//	server := fake.NewServer(fake.Aliyun{AccessKeyID: "id", AccessKeySecret: "secret"}, nil)
//	go http.ListenAndServe("127.0.0.1:8801", server)
//
// What a provider does with a message is decided by a [Behaviour]: it takes it, refuses it, is busy, hangs, or answers
// garbage.
package fake
