package smpp_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
	"github.com/cattlegrid/cattlegrid/sms/smpp/smsc"
)

// A sender is made while the SMSC is down, and a message waits for it.
func TestSendWaitsForLink(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := newSMSC(t, nil)
		up := time.Now().Add(20 * time.Second)
		s := newSender(t, func(ctx context.Context, address string) (net.Conn, error) {
			if time.Now().Before(up) {
				return nil, errors.New("connection refused")
			}
			return pipe(server)(ctx, address)
		}, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err := s.Send(ctx, message(t))
		wantFailure(t, err, cattlegrid.Temporary, "")
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "connection refused") {
			t.Errorf("%v hides its cause", err)
		}
		if _, err := s.Send(t.Context(), message(t)); err != nil {
			t.Error(err)
		}
		if late := time.Since(up); late < 0 || late > 32*time.Second {
			t.Errorf("bound %v after the SMSC came up", late)
		}
	})
}

// Attempts come after one second, two, four, up to a minute, each somewhere in the later half of its time; a link that lived
// for a minute begins anew, one that was cut at once does not.
func TestBackoff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		attempts, refuse := make(chan time.Time), make(chan bool)
		server := newSMSC(t, nil)
		newSender(t, func(ctx context.Context, address string) (net.Conn, error) {
			select {
			case attempts <- time.Now():
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			if <-refuse {
				return nil, errors.New("connection refused")
			}
			return pipe(server)(ctx, address)
		}, nil)
		last := <-attempts
		next := func(refused bool, least, most time.Duration) {
			t.Helper()
			refuse <- refused
			if !refused {
				synctest.Wait()
				pass(least)
				server.Cut()
				last, least = time.Now(), most/2
			}
			at := <-attempts
			if waited := at.Sub(last); waited < least || waited > most {
				t.Errorf("waited %v, want %v to %v", waited, least, most)
			}
			last = at
		}
		for _, seconds := range []int{1, 2, 4, 8, 16, 32, 60, 60} {
			most := time.Duration(seconds) * time.Second
			next(true, most/2, most)
		}
		next(false, time.Second, time.Minute)
		next(false, time.Minute, time.Second)
		next(true, time.Second, 2*time.Second)
		refuse <- true
	})
}

// A wrong password fails messages at once, and is not tried again for five minutes: the SMSC would bar us.
func TestWrongPassword(t *testing.T) {
	t.Parallel()
	for code, change := range map[string]func(*smpp.Config){
		"ESME_RINVPASWD": func(c *smpp.Config) { c.Password = "wrong" },
		"ESME_RINVSYSID": func(c *smpp.Config) { c.SystemID = "wrong" },
	} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			server := newSMSC(t, nil)
			var n atomic.Int32
			s := newSender(t, func(ctx context.Context, address string) (net.Conn, error) {
				n.Add(1)
				return pipe(server)(ctx, address)
			}, func(c *smpp.Config) {
				change(c)
				c.Logger = slog.New(slog.NewTextHandler(&log, nil))
			})
			for range 2 {
				took := after(func() {
					_, err := s.Send(t.Context(), message(t))
					wantFailure(t, err, cattlegrid.Misconfigured, code)
				})
				if took != "0s" {
					t.Errorf("Send fails after %s", took)
				}
			}
			pass(5*time.Minute - time.Second)
			if synctest.Wait(); n.Load() != 1 {
				t.Errorf("%d binds in five minutes", n.Load())
			}
			pass(6 * time.Minute)
			if synctest.Wait(); n.Load() < 2 {
				t.Error("no bind after that")
			}
			mustClose(t, s)
			if !strings.Contains(log.String(), code) {
				t.Errorf("log does not tell %s: %s", code, &log)
			}
			wantSilent(t, log.String())
		})
	}
}

// Every refusal to bind has its class. An SMSC that still holds our dead link gets time to notice.
func TestBindRefused(t *testing.T) {
	t.Parallel()
	for status, tc := range map[pdu.Status]struct {
		class cattlegrid.SendClass
		least time.Duration // until the next bind
	}{
		pdu.StatusBindFailed:     {cattlegrid.Misconfigured, 5 * time.Minute},
		pdu.StatusReceiverReject: {cattlegrid.Misconfigured, 5 * time.Minute},
		0x401:                    {cattlegrid.Unpaid, 5 * time.Minute},
		pdu.StatusAlreadyBound:   {cattlegrid.Temporary, 30 * time.Second},
		pdu.StatusSystemError:    {cattlegrid.Temporary, time.Second / 2},
		pdu.StatusThrottled:      {cattlegrid.Temporary, time.Second / 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			peers, dial := newPeer(t)
			s := newSender(t, dial, func(c *smpp.Config) { c.Statuses = map[uint32]cattlegrid.SendClass{0x401: cattlegrid.Unpaid} })
			p := <-peers
			p.write(p.read(pdu.BindTransceiver).Answer(status, nil))
			refused := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second/4)
			defer cancel()
			_, err := s.Send(ctx, message(t))
			wantFailure(t, err, tc.class, status.String())
			if <-peers; time.Since(refused) < tc.least {
				t.Errorf("bound again after %v, want %v", time.Since(refused), tc.least)
			}
		})
	}
}

// A peer that is slow to answer a bind, or says something else, is left; one that asks something before is not.
func TestBindOddAnswers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answer func(p *peer, bind pdu.PDU)
		ok     bool
	}{
		"Silent":  {func(*peer, pdu.PDU) {}, false},
		"Closed":  {func(p *peer, _ pdu.PDU) { _ = p.Close() }, false},
		"Garbage": {func(p *peer, _ pdu.PDU) { p.writeOctets([]byte("HTTP/1.1 400 Bad Request\r\n")) }, false},
		"Nack":    {func(p *peer, b pdu.PDU) { p.write(pdu.Nack(pdu.StatusSystemError, b.Sequence)) }, false},
		"Chatter": {func(p *peer, _ pdu.PDU) {
			for n := range uint32(16) {
				p.write(pdu.PDU{Command: pdu.EnquireLink, Sequence: n})
			}
		}, false},
		"OtherNumber": {func(p *peer, b pdu.PDU) {
			b.Sequence++
			p.write(b.Answer(pdu.StatusOK, nil))
		}, false},
		"NoBody": {func(p *peer, b pdu.PDU) { p.write(b.Answer(pdu.StatusOK, nil)) }, true},
		"AskedBefore": {func(p *peer, b pdu.PDU) {
			p.write(pdu.PDU{Command: pdu.EnquireLink, Sequence: 1})
			p.write(b.Answer(pdu.StatusOK, nil))
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				peers, dial := newPeer(t)
				s := newSender(t, dial, nil)
				p := <-peers
				tc.answer(p, p.read(pdu.BindTransceiver))
				if tc.ok {
					go func() {
						q, _ := p.submit()
						p.write(q.Answer(pdu.StatusOK, nil))
						p.leave()
					}()
				}
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second+time.Second/4)
				defer cancel()
				_, err := s.Send(ctx, message(t))
				if !tc.ok {
					wantFailure(t, err, cattlegrid.Temporary, map[string]string{"Nack": "ESME_RSYSERR"}[name])
					(<-peers).Close() // it comes again
				} else if err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// A link that is lost is bound again, and messages go on.
func TestReconnect(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(*smsc.Server){"Cut": (*smsc.Server).Cut, "Unbind": (*smsc.Server).Unbind} {
		synctest.Test(t, func(t *testing.T) {
			server := newSMSC(t, nil)
			s := newSender(t, pipe(server), nil)
			for range 3 {
				if _, err := s.Send(t.Context(), message(t)); err != nil {
					t.Error(name, err)
				}
				lose(server)
				synctest.Wait()
			}
			if n := len(server.Messages()); n != 3 {
				t.Errorf("%s: %d messages, want 3", name, n)
			}
		})
	}
}
