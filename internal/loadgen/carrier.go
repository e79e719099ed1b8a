package loadgen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// step is a part of a visit.
type step int

const (
	image step = iota // look at a picture
	send              // answer it, and have a code sent
	check             // type the code
	whole             // all of it
	steps int  = iota
)

var stepNames = [steps]string{"image", "send", "check", "crossing"}

// outcome is how a step ended, in few different words.
type outcome string

const (
	ok     outcome = "ok"
	shed   outcome = "shed" // turned away by a gate that has too much to do: 503 and Retry-After
	broken outcome = "connection"

	errnoLimit  outcome = "errno 4201" // by a limit, or harder work asked for
	errnoOneWay outcome = "errno 4202" // by a limit of one address
)

// carrier carries visitors, one after the other, over one connection.
type carrier struct {
	conn

	host     string
	pictures bool
	refused  error // why no visitor can be carried across this gate, if that is so
}

func newCarrier(p Plan, bytes *traffic) *carrier {
	return &carrier{conn: newConn(p, bytes), host: p.URL.Host, pictures: p.Pictures}
}

// visit carries a visitor who came at a moment as far as the gate lets them, and records each step.
func (c *carrier) visit(ctx context.Context, v visitor, came time.Time, record func(step, outcome, time.Duration)) outcome {
	o := c.cross(ctx, v, came, record)
	record(whole, o, time.Since(came))
	return o
}

func (c *carrier) cross(ctx context.Context, v visitor, came time.Time, record func(step, outcome, time.Duration)) outcome {
	did := func(s step, since time.Time, o outcome) outcome {
		record(s, o, time.Since(since))
		return o
	}
	text, o := c.look(ctx, v)
	if did(image, came, o) != ok || c.pictures {
		return o
	}
	began := time.Now()
	place, code, o := c.send(ctx, v, text)
	if did(send, began, o) != ok {
		return o
	}
	began = time.Now()
	return did(check, began, c.check(ctx, v, place, code))
}

var (
	errNotDev = errors.New("the gate does not tell what is on its pictures: run it in development mode, cattlegrid serve -dev")
	errOneWay = errors.New("the gate takes all visitors for one, and refuses them by the limits of one: it does not believe this machine as a proxy" +
		" (http.trusted_proxies); start it with " + believing)
)

// believing is the setting of a gate on this machine that believes this machine.
const believing = "CATTLEGRID_HTTP_TRUSTED_PROXIES=127.0.0.1/32,::1/128"

// oneWay reports whether visitors end so who are taken for one.
func (o outcome) oneWay() bool { return o == errnoOneWay }

// look asks for a picture and returns its text.
func (c *carrier) look(ctx context.Context, v visitor) (text string, o outcome) {
	c.begin(http.MethodGet, "/passport/image_code?code_id="+v.id, v)
	c.out.WriteString("\r\n")
	a, o := c.ask(ctx, getRequest)
	if o != ok {
		return "", o
	}
	if text = a.header.Get("X-Dev-Answer"); text == "" {
		c.refused = errNotDev
		return "", "no answer told"
	}
	if text, err := url.PathUnescape(text); err == nil {
		return text, ok
	}
	return text, ok
}

// send answers the picture, and returns where the code is to be checked, and the code.
func (c *carrier) send(ctx context.Context, v visitor, text string) (place, code string, o outcome) {
	body, _ := json.Marshal(map[string]string{"mobile": v.mobile, "image_code": text, "image_code_id": v.id}) //nolint:errchkjson // strings
	c.post("/passport/sms_code", v, body)
	a, o := c.ask(ctx, postRequest)
	if o != ok {
		return "", "", o
	}
	return a.header.Get("Location"), a.header.Get("X-Dev-Code"), ok
}

// check types the code.
func (c *carrier) check(ctx context.Context, v visitor, place, code string) outcome {
	c.post(place+"/check", v, []byte(`{"code":"`+code+`"}`))
	_, o := c.ask(ctx, postRequest)
	return o
}

func (c *carrier) begin(method, path string, v visitor) {
	c.out.Reset()
	c.out.WriteString(method + " " + path + " HTTP/1.1\r\nHost: " + c.host + "\r\nX-Forwarded-For: ")
	c.out.WriteString(v.client.String())
	c.out.WriteString("\r\n")
}

func (c *carrier) post(path string, v visitor, body []byte) {
	c.begin(http.MethodPost, path, v)
	c.out.WriteString("Content-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n")
	c.out.Write(body)
}

// ask makes the request and says what came of it.
func (c *carrier) ask(ctx context.Context, r *http.Request) (answer, outcome) {
	a, err := c.do(ctx, r)
	if err != nil {
		c.refused = fmt.Errorf("reach the gate: %w", err)
		return a, broken
	}
	o := outcomeOf(a)
	if o.oneWay() {
		c.refused = errOneWay
	}
	return a, o
}

// outcomeOf tells answers apart. Under /passport/ the status is 200 also when the answer is no.
func outcomeOf(a answer) outcome {
	switch {
	case a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") != "":
		return shed
	case a.status >= 300:
		return outcome(strconv.Itoa(a.status) + saidIn(a.body, "type"))
	case strings.HasPrefix(a.header.Get("Content-Type"), "application/json"):
		if errno := saidIn(a.body, "errno"); errno != "" && errno != " 0" {
			return outcome("errno" + errno)
		}
	}
	return ok
}

// saidIn is a space and a member of a JSON answer; of a problem's type, its last word.
func saidIn(body []byte, member string) string {
	var said map[string]any
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	text, _ := said[member].(string)
	if text == "" {
		return ""
	}
	return " " + text[strings.LastIndexByte(text, ':')+1:]
}
