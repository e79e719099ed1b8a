package deploytest

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

const dashboardFile = "../grafana/cattlegrid.json"

type panel struct {
	ID          int
	Type        string
	Title       string
	Description string
	Datasource  struct{ UID string }
	GridPos     struct{ X, Y, W, H int }
	Targets     []struct{ Expr, LegendFormat string }
}

var legendLabel = regexp.MustCompile(`{{\s*(\w+)\s*}}`)

type dashboard struct {
	UID        string
	Templating struct {
		List []struct{ Name, Definition string }
	}
	Panels []panel
}

func readDashboard(t *testing.T) (d dashboard) {
	t.Helper()
	if err := json.Unmarshal([]byte(read(t, dashboardFile)), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// On a good day each query of a panel and of the docs has an answer, unless it is one that looks for what is wrong.
func TestAnswers(t *testing.T) {
	ask := loaded(t, goodDay)
	chosen := strings.NewReplacer("$job", "cattlegrid", "$instance", "gate|other")
	for _, p := range readDashboard(t).Panels {
		for _, target := range p.Targets {
			expr := chosen.Replace(variables.Replace(target.Expr))
			if vector := ask(expr); len(vector) == 0 && !strings.HasSuffix(expr, "> 0") {
				t.Errorf("%s: nothing answers %s", p.Title, expr)
			}
		}
	}
	for _, query := range docsQueries(t) {
		if vector := ask(query); len(vector) == 0 && !strings.HasSuffix(query, "> 0") {
			t.Errorf("nothing answers %s", query)
		}
	}
}

// Each panel asks for metrics and labels that there are, of the replicas that were chosen, and says what it shows.
func TestDashboard(t *testing.T) {
	dashboard := readDashboard(t)
	c := newCatalogue(t)
	ids, places := map[int]bool{}, map[[2]int]string{}
	for _, p := range dashboard.Panels {
		if ids[p.ID] {
			t.Errorf("%s: another panel has the id %d", p.Title, p.ID)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other, taken := places[[2]int{x, y}]; taken || x >= 24 {
					t.Fatalf("%s lies over %q, or beside the dashboard", p.Title, other)
				}
				places[[2]int{x, y}] = p.Title
			}
		}
		if p.Type == "row" {
			continue
		}
		if p.Title == "" || p.Description == "" || p.Datasource.UID != "${datasource}" || len(p.Targets) == 0 {
			t.Errorf("panel %d, %q, lacks a title, a description, the source that is chosen, or a query", p.ID, p.Title)
		}
		for _, target := range p.Targets {
			known, wrong := c.check(target.Expr)
			if len(wrong) > 0 {
				t.Errorf("%s: %s\n%v", p.Title, target.Expr, wrong)
			}
			for _, label := range legendLabel.FindAllStringSubmatch(target.LegendFormat, -1) {
				if !known[label[1]] {
					t.Errorf("%s: no metric has the label %s of the legend", p.Title, label[1])
				}
			}
			if series := strings.Count(target.Expr, "{"); series == 0 || strings.Count(target.Expr, `{job=~"$job",instance=~"$instance"`) != series {
				t.Errorf("%s asks for replicas that were not chosen: %s", p.Title, target.Expr)
			}
		}
	}
	for _, v := range dashboard.Templating.List {
		if inner, ok := strings.CutPrefix(v.Definition, "label_values("); ok {
			selector := inner[:strings.LastIndex(inner, ",")]
			if _, wrong := c.check(selector); len(wrong) > 0 {
				t.Errorf("variable %s: %v", v.Name, wrong)
			}
		}
	}
	if len(dashboard.Panels) < 20 || dashboard.UID != "cattlegrid" {
		t.Errorf("%d panels of %q", len(dashboard.Panels), dashboard.UID)
	}
}

// Every metric of the program's own is on the dashboard, or an alert goes by it.
func TestNothingIsUnseen(t *testing.T) {
	seen := read(t, dashboardFile) + read(t, alertsFile)
	for name := range newCatalogue(t).labels {
		if strings.HasPrefix(name, "cattlegrid_") && !regexp.MustCompile(`\b`+name).MatchString(seen) {
			t.Errorf("nobody looks at %s", name)
		}
	}
}
