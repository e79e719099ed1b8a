package deploytest

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	unitFile  = "../cattlegrid.service"
	nginxFile = "../nginx.example.conf"
	exampleOf = "../cattlegrid.example.toml"
	guide     = "../../docs/deploy.md"
)

// setting returns what a directive of the unit is set to, each time that it is.
func setting(unit, name string) (values []string) {
	for _, m := range regexp.MustCompile(`(?m)^`+name+`=(.*)$`).FindAllStringSubmatch(unit, -1) {
		values = append(values, m[1])
	}
	return values
}

// The unit starts the gate with flags that there are, on the directory that the example keeps its state in, and what it sets are
// variables that there are.
func TestUnit(t *testing.T) {
	unit, usage := read(t, unitFile), read(t, "../../cmd/cattlegrid/usage.go")
	start := strings.Fields(strings.Join(setting(unit, "ExecStart"), " "))
	if len(start) != 4 || start[1] != "serve" || start[2] != "-config" {
		t.Fatalf("it starts %q", start)
	}
	for _, word := range []string{"[" + start[1] + "] [flags]", "  " + start[2] + " file"} {
		if !strings.Contains(usage, word) {
			t.Errorf("it starts %q, but the usage has no %q", start, word)
		}
	}
	if page := read(t, guide); !strings.Contains(page, start[0][:strings.LastIndex(start[0], "/")+1]) || !strings.Contains(page, start[3]) {
		t.Errorf("%s does not put what %q needs where it is looked for", guide, start)
	}
	data := "data = \"/var/lib/" + strings.Join(setting(unit, "StateDirectory"), "") + "\"\n"
	if !strings.Contains(read(t, exampleOf), "\n"+data) {
		t.Errorf("%s has no %s", exampleOf, data)
	}
	known := read(t, "../../docs/configuration.md")
	for _, text := range []string{unit, read(t, guide)} {
		for _, name := range regexp.MustCompile(`CATTLEGRID_\w+`).FindAllString(text, -1) {
			if !strings.Contains(known, "| `"+strings.TrimSuffix(name, "_FILE")+"`") {
				t.Errorf("there is no %s", name)
			}
		}
	}
}

// systemd waits longer than the gate may take to stop: while it drains, for requests, what senders have under way, events and traces.
func TestUnitWaits(t *testing.T) {
	seconds, err := strconv.Atoi(strings.Join(setting(read(t, unitFile), "TimeoutStopSec"), ""))
	if err != nil {
		t.Fatal(err)
	}
	var least time.Duration
	for name, times := range map[string]int{"sharedDrain": 1, "graceful": 2, "eventDrain": 1, "lastTraces": 1} {
		least += time.Duration(times) * time.Duration(constant(t, "../../cmd/cattlegrid", name+` += (\d+) \* time\.Second`)) * time.Second
	}
	if got := time.Duration(seconds) * time.Second; got <= least {
		t.Errorf("systemd waits %v, and the gate may take %v to stop", got, least)
	}
}

// constant returns the number that the pattern finds in the only file of a directory in which it finds any.
func constant(t *testing.T, dir, pattern string) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, file := range files {
		if m := regexp.MustCompile(pattern).FindStringSubmatch(read(t, file)); m != nil {
			found = append(found, m[1])
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s is found %d times in %s", pattern, len(found), dir)
	}
	n, err := strconv.Atoi(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var (
	routeOf  = regexp.MustCompile(`http\.Method\w+, "([^"]+)"`)
	location = regexp.MustCompile(`(?m)^    location (= )?(\S+) \{\n((?:        .*\n)*)    \}$`)
)

// inside are the routes that nobody outside is to reach.
var inside = []string{"/healthz", "/readyz", "/dev/inbox"}

// nginx passes on every route but those, and no path that is none.
func TestNginxRoutes(t *testing.T) {
	found := routeOf.FindAllStringSubmatch(read(t, "../../httpapi/routes.go"), -1)
	routes := make([]string, 0, len(found))
	for _, m := range found {
		routes = append(routes, strings.ReplaceAll(m[1], "/{$}", "/"))
	}
	if len(routes) < 15 {
		t.Fatalf("%d routes are found", len(routes))
	}
	locations := location.FindAllStringSubmatch(read(t, nginxFile), -1)
	used := make([]bool, len(locations))
	for _, route := range routes {
		passes, longest := false, -1
		for i, l := range locations {
			exact, path := l[1] != "", l[2]
			if fits := exact && route == path || !exact && strings.HasPrefix(route, path); fits && len(path)+len(l[1]) > longest {
				passes, longest = strings.Contains(l[3], "proxy_pass http://cattlegrid;\n"), len(path)+len(l[1])
				used[i] = true
			}
		}
		if want := !slices.Contains(inside, route); passes != want {
			t.Errorf("%s is passed on: %v, want %v", route, passes, want)
		}
	}
	for i, l := range locations {
		if !used[i] {
			t.Errorf("no route is under %s", l[2])
		}
	}
}

// The client's address is set and not appended, for all locations; bodies may be as long as the gate reads; and the gate is where
// the example has it listen, and believes nginx.
func TestNginx(t *testing.T) {
	text, example := read(t, nginxFile), read(t, exampleOf)
	for _, want := range []string{
		"\n    proxy_set_header X-Forwarded-For $remote_addr;\n",
		"\n    proxy_set_header X-Request-ID $request_id;\n",
		"\n    client_max_body_size " + strconv.Itoa(constant(t, "../../httpapi", `maxBodyLen += (\d+) << 10`)) + "k;\n",
		"\n        client_max_body_size " + strconv.Itoa(constant(t, "../../httpapi", `maxReceiptsLen = (\d+) << 10`)) + "k;\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it has no %q", want)
		}
	}
	if strings.Contains(text, "$proxy_add_x_forwarded_for") || strings.Contains(text, "\n        proxy_set_header ") {
		t.Error("it appends to X-Forwarded-For, or has a header in a location, which puts those of the server out of force")
	}
	addr := regexp.MustCompile(`(?m)^addr = "(.*)"$`).FindStringSubmatch(example)
	if addr == nil || !strings.Contains(text, "\n    server "+addr[1]+";\n") {
		t.Errorf("the gate is not at %v", addr)
	}
	trusts := regexp.MustCompile(`(?m)^trusted_proxies = .*$`).FindString(example)
	if trusts == "" || !strings.Contains(text, trusts) {
		t.Errorf("it has no %q", trusts)
	}
}
