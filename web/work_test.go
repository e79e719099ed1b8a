package web_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/internal/browsertest"
	"github.com/cattlegrid/cattlegrid/work"
)

// Two tasks: one that is done at once, and one that no browser ever does.
var (
	easy    = work.Task{Salt: "JBSWY3DPEHPK3PXPJBSWY3DPEH", Bits: 8, Count: 4}
	endless = work.Task{Salt: "JBSWY3DPEHPK3PXPJBSWY3DPEH", Bits: 30, Count: 64}
)

// The work of a browser, beside a picture or in place of one. One browser serves all, a tab each.
func TestWork(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	for name, test := range map[string]func(*testing.T, *browsertest.Browser){
		"Solver": testSolver, "Hard": testHard, "Beside": testBeside, "Wrong": testWrong, "Changed": testChanged,
		"Alone": testAlone, "Instead": testInstead, "Spared": testSpared, "Limited": testLimited, "Broken": testBroken, "Missing": testMissing,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, browser)
		})
	}
}

// solveIn has a task done by the page's worker.
func solveIn(page *browsertest.Page, task work.Task) string {
	return page.Eval(`new Promise((resolve) => {
		const worker = new Worker("/assets/js/solver.js");
		worker.onmessage = ({ data }) => data.solution !== undefined && resolve(data.solution);
		worker.postMessage(` + taskJSON(task) + `);
	})`)
}

func taskJSON(task work.Task) string {
	text, err := json.Marshal(task)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// The worker finds what package work finds: salts of every length, so that the nonce begins everywhere in a word.
func testSolver(t *testing.T, browser *browsertest.Browser) {
	page := visit(t, browser, &fakeAPI{}, "zh")
	for length := 1; length <= work.MaxSaltLen; length++ {
		task := work.Task{Salt: rand.Text()[:min(length, 26)] + strings.Repeat("é", 3)[:2*max(0, (length-26)/2)], Bits: 7, Count: 12}
		want, err := task.Solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if got := solveIn(page, task); got != want {
			t.Errorf("%+v: got %s, want %s", task, got, want)
		}
	}
}

// fill opens the register dialog and gives the phone and the answer.
func fill(page *browsertest.Page, answer string) browsertest.Dialog {
	register := page.Open("register")
	register.Fill("phone", phone)
	register.Fill("answer", answer+"\r")
	return register
}

// Who has to answer a harder picture is told so in plain words, and gets one at once. All later ones are as hard.
func testHard(t *testing.T, browser *browsertest.Browser) {
	api := &fakeAPI{}
	page := visit(t, browser, api, "en")
	register := fill(page, "hard")
	register.UntilText("status", "To keep scripts out, one more, harder picture is needed. Here it is, please answer it.")
	register.UntilPicture()
	for range 2 {
		if query, _ := api.lastPicture(); query.Get("effort") != "hard" {
			t.Errorf("asked for a picture by %v, want effort=hard", query)
		}
		register.Press("refresh")
		register.UntilPicture()
	}
	if got := page.Focus() + register.Get("status", "dataset.tone"); got != "refreshplain" {
		t.Errorf("focus and tone are %q", got)
	}
	register.Fill("answer", "right\r")
	register.UntilFocus("code")
	if sent, tasks := api.lastSend(), api.allTasks(); sent["work"] != nil || len(tasks) != 0 {
		t.Errorf("sent %v after the tasks %v, want no work", sent, tasks)
	}
}

// Work that goes with a picture is done while the visitor reads it, tells how far it is, takes no focus, and is sent along.
func testBeside(t *testing.T, browser *browsertest.Browser) {
	api := &fakeAPI{task: easy}
	page := visit(t, browser, api, "zh")
	register := fill(page, "work")
	register.UntilText("work-text", "浏览器已完成证明。")
	if got, want := register.Text("status"), "为了防止盗刷，还需要答一张更难的图。已换好，请再答一次；看图时，浏览器会在后台计算几秒钟。"; got != want {
		t.Errorf("status %q, want %q", got, want)
	}
	if got := page.Focus() + register.Get("work-bar", "value") + register.Get("work-bar", "max"); got != "answer44" {
		t.Errorf("focus, done and all are %q, want the answer, 4 and 4", got)
	}
	query, _ := api.lastPicture()
	if got, want := api.allTasks(), []string{"GET " + query.Get("code_id")}; !slices.Equal(got, want) || query.Get("effort") != "work" {
		t.Errorf("asked for the tasks %q and a picture by %v, want %q", got, query, want)
	}
	register.Fill("answer", "what it says\r")
	register.UntilFocus("code")
	sent := api.lastSend()
	if proof, _ := sent["work"].(string); !easy.Check(proof) || sent["answer"] != "what it says" || sent["challenge_id"] != query.Get("code_id") {
		t.Errorf("sent %v", sent)
	}

	// The next picture's work begins when somebody is about to answer it.
	register.UntilPicture()
	if got := len(api.allTasks()); got != 1 {
		t.Errorf("%d tasks were asked for, want 1", got)
	}
	page.Eval(register.At("answer") + ".focus()")
	register.UntilText("work-text", "浏览器已完成证明。")
}

// A proof that is not accepted costs another picture, with other work.
func testWrong(t *testing.T, browser *browsertest.Browser) {
	api := &fakeAPI{task: easy}
	register := fill(visit(t, browser, api, "en"), "work")
	register.UntilText("work-text", "Your browser has finished the proof.")
	api.setTask(work.Task{Salt: "another", Bits: 8, Count: 4})
	register.Fill("answer", "right\r")
	register.UntilText("status", "Your browser's proof was not accepted. Here is a new picture, please try again.")
	register.UntilText("work-text", "Your browser has finished the proof.")
	register.Fill("answer", "right\r")
	register.UntilFocus("code")
}

// While work goes on the visitor may change things: nothing is sent then, another picture ends the work, and the end of the
// dialog ends all.
func testChanged(t *testing.T, browser *browsertest.Browser) {
	api := &fakeAPI{task: endless}
	page := visit(t, browser, api, "zh")
	register := fill(page, "work")
	register.UntilText("work-text", "正在证明这是浏览器… 0/64")
	register.Fill("answer", "right\r")
	register.Until("send", `.ariaBusy === "true"`)
	register.Fill("phone", "13900139000")
	api.setTask(easy)
	register.Press("refresh")
	register.UntilText("status", "内容有改动，请再按“获取验证码”。")
	register.UntilText("work-text", "浏览器已完成证明。")
	if n := len(api.allSends()); n != 1 {
		t.Errorf("%d requests for a code, want 1", n)
	}
	register.Fill("answer", "right\r")
	register.UntilFocus("code")
	if got := api.lastSend()["phone"]; got != "13900139000" {
		t.Errorf("sent for %v", got)
	}

	api.setTask(endless)
	page.Eval(register.At("answer") + ".focus()")
	register.Until("work-bar", ".hidden === false")
	page.Type("\x1b")
	register.Until("work-bar", ".hidden")
}

// Who can neither see nor hear the challenge has the browser prove it: by keyboard, in plain words, without an answer.
func testAlone(t *testing.T, browser *browsertest.Browser) {
	for lang, words := range map[string][3]string{
		"zh": {"看不清也听不清？让浏览器代为证明", "改为看图作答", "浏览器已完成证明。"},
		"en": {"Can't see or hear it? Let your browser prove it instead", "Answer a picture instead", "Your browser has finished the proof."},
	} {
		api := &fakeAPI{task: easy}
		page := visit(t, browser, api, lang)
		register := page.Open("register")
		register.UntilText("alone", words[0])
		query, _ := api.lastPicture()
		page.Eval(register.At("alone") + ".focus()")
		page.Type("\r")
		register.UntilText("work-text", words[2])
		register.UntilText("alone", words[1])
		if got := page.Focus(); got != "alone" {
			t.Errorf("focus on %q, want it where it was", got)
		}
		if got := register.Get("puzzle", "hidden") + register.Get("answer", "hidden") + register.Get("work-note", "hidden"); got != "truetruefalse" {
			t.Errorf("picture, answer and note are hidden: %s", got)
		}
		if got := register.Get("work-text", "ariaLive"); got != "polite" {
			t.Errorf("a screen reader is told %q", got)
		}
		register.Press("send") // and no answer is missed
		register.UntilFocus("phone")
		register.Fill("phone", phone+"\r")
		register.UntilFocus("code")
		sent := api.lastSend()
		id, _ := sent["challenge_id"].(string)
		if proof, _ := sent["work"].(string); !easy.Check(proof) || sent["answer"] != nil || id == query.Get("code_id") {
			t.Errorf("sent %v", sent)
		}
		if got, want := api.allTasks(), []string{"POST " + id}; !slices.Equal(got, want) {
			t.Errorf("asked for the tasks %q, want %q", got, want)
		}
		register.UntilPicture() // for the next message
		register.UntilText("alone", words[0])
	}
}

// Who changes their mind has a picture again, and the work has ended. Meanwhile nothing is said of a picture.
func testInstead(t *testing.T, browser *browsertest.Browser) {
	api := &fakeAPI{task: endless}
	page := visit(t, browser, api, "zh")
	register := page.Open("register")
	register.Press("alone")
	register.UntilText("work-text", "正在证明这是浏览器… 0/64")
	if got := register.Text("picture-error"); got != "" {
		t.Errorf("the picture that is not there says %q", got)
	}
	register.Fill("code", goodCode+"\r") // too early
	register.UntilText("status", "请先获取验证码：按图作答，再点“获取验证码”。")
	register.Press("alone")
	register.UntilPicture()
	register.Until("answer", ".hidden === false")
	if got := register.Get("work-bar", "hidden") + register.Text("work-text"); got != "true" {
		t.Errorf("the work goes on: %q", got)
	}
	register.Fill("phone", phone)
	register.Fill("answer", "right\r")
	register.UntilFocus("code")
	if got := api.lastSend()["work"]; got != nil {
		t.Errorf("sent the work %v", got)
	}
}

// A number that has to be corrected does not cost the work that was done.
func testSpared(t *testing.T, browser *browsertest.Browser) {
	api := &fakeAPI{task: easy, numbers: map[string]string{"138": "bad-phone"}}
	register := visit(t, browser, api, "en").Open("register")
	register.Press("alone")
	register.Fill("phone", "138\r")
	register.UntilText("phone-error", "This does not look like a phone number. Please check it.")
	register.Fill("phone", phone+"\r")
	register.UntilFocus("code")
	if got := len(api.allTasks()); got != 1 {
		t.Errorf("%d tasks were asked for, want 1", got)
	}
}

// Where there is no work to be had, the visitor is told why and has a picture again.
func testLimited(t *testing.T, browser *browsertest.Browser) {
	page := visit(t, browser, &fakeAPI{}, "en")
	register := page.Open("register")
	register.Press("alone")
	register.UntilText("status", "Browsers have proved it too often. Please try again in 25 minutes. Or answer a picture.")
	register.UntilPicture()
	register.UntilText("alone", "Can't see or hear it? Let your browser prove it instead")
	if got := page.Focus() + register.Get("answer", "hidden"); got != "alonefalse" {
		t.Errorf("focus and answer: %q", got)
	}
	page.Eval(`window.fetch = () => Promise.reject(new TypeError("offline"))`)
	register.Press("alone")
	register.UntilText("status", "No connection. Please check your network and try again.")
}

// A worker that does not start is said so, and the next try may.
func testBroken(t *testing.T, browser *browsertest.Browser) {
	page := visit(t, browser, &fakeAPI{task: easy}, "en")
	page.Eval(`void (window.Kept = Worker, window.Worker = class extends EventTarget {
		postMessage() { this.dispatchEvent(new Event("error", { cancelable: true })); }
		terminate() {}
	})`)
	register := fill(page, "work")
	register.Until("status", `.textContent.startsWith("To keep scripts out")`)
	register.UntilPicture()
	register.Fill("answer", "right\r")
	register.UntilText("status", "Your browser could not finish its proof. Please try again.")
	if got := register.Value("answer"); got != "right" {
		t.Errorf("the answer %q was lost", got)
	}
	register.Press("alone")
	register.UntilText("status", "Your browser could not begin the proof. Please try again, or answer a picture.")
	register.UntilPicture()
	page.Eval("void (window.Worker = Kept)")
	register.Fill("answer", "right\r")
	register.UntilFocus("code")
}

// A browser without workers has no button that would need one, and all else works.
func testMissing(t *testing.T, browser *browsertest.Browser) {
	page := visit(t, browser, &fakeAPI{}, "zh")
	if got := page.Dialog("register").Get("alone", "hidden"); got != "false" {
		t.Errorf("with workers, the button is hidden: %s", got)
	}
	got := page.Eval(`(async () => {
		delete window.Worker;
		const { Work } = await import("/assets/js/work.js");
		return Work.isSupported;
	})()`)
	if got != "false" {
		t.Errorf("without workers, they are said to be there: %s", got)
	}
	register := fill(page, "right")
	register.UntilFocus("code")
}

// BenchmarkSolver is how fast a browser does the tasks that a gate sets by default: beside a picture, and alone.
func BenchmarkSolver(b *testing.B) {
	page := browsertest.Start(b).Open(b, (&fakeAPI{}).start(b)+"/", browsertest.View{})
	for _, bits := range []int{14, 16} {
		b.Run(fmt.Sprintf("16x2^%d", bits), func(b *testing.B) {
			hashes := 0
			for b.Loop() {
				task, err := work.New(rand.Reader, bits, 16)
				if err != nil {
					b.Fatal(err)
				}
				for nonce := range strings.SplitSeq(solveIn(page, task), ".") {
					n, err := strconv.Atoi(nonce)
					if err != nil {
						b.Fatal(err)
					}
					hashes += n + 1
				}
			}
			b.ReportMetric(float64(hashes)/b.Elapsed().Seconds(), "hashes/s")
		})
	}
}
