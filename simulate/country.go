package simulate

import (
	"strings"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

const (
	mainland     = "CN"
	mainlandCode = "86"

	digitsAbroad      = 11  // of a number with its calling code, in this world
	maxPrefixesAbroad = 500 // of one country: calling codes of four digits leave three for the prefix
)

// country is a country and its calling code; islands that share +1 are told by their area code.
type country struct{ code, calling string }

// describe says what is known of a number: its country by the longest calling code. All numbers are mobile.
func describe(phone cattlegrid.Phone) guard.Number {
	n := guard.Number{E164: phone.E164(), Type: guard.Mobile}
	digits := strings.TrimPrefix(n.E164, "+")
	longest := 0
	for length := 1; length <= 4 && length <= len(digits); length++ {
		if c, ok := byCalling[digits[:length]]; ok && length > longest {
			n.Country, longest = c, length
		}
	}
	return n
}

var byCalling = func() map[string]string {
	m := make(map[string]string, len(countries))
	for _, c := range countries {
		m[c.calling] = c.code
	}
	return m
}()

// callingCode is that of a country, "" if there is no such country here.
func callingCode(code string) string {
	for _, c := range countries {
		if c.code == code {
			return c.calling
		}
	}
	return ""
}

// countries begins with those whose numbers are known for artificial traffic, so that a count of them is a bad
// neighbourhood. Source of the codes: ITU Operational Bulletin, list of assigned country codes.
var countries = parseCountries(`
CN86
ID62 PK92 BD880 LK94 NG234 TJ992 UZ998 AZ994 PS970 IQ964 SY963 YE967 MM95 KH855 LA856 VN84 PH63 IR98 EG20 DZ213
MA212 TN216 LY218 SN221 ML223 GN224 CI225 BF226 NE227 TG228 BJ229 MR222 SL232 LR231 GH233 TD235 CF236 CM237 GA241
CG242 CD243 AO244 GW245 SD249 RW250 ET251 SO252 DJ253 KE254 TZ255 UG256 BI257 MZ258 ZM260 MG261 ZW263 NA264 MW265
LS266 BW267 SZ268 KM269 ZA27 ER291 CV238 ST239 GQ240 SC248 MU230 CU53 HT509 JM1876 TT1868 DO1809 BB1246 LC1758
VC1784 GD1473 KN1869 AG1268 DM1767 BS1242 GY592 SR597 BZ501 GT502 SV503 HN504 NI505 CR506 PA507 PE51 MX52 AR54
BR55 CL56 CO57 VE58 BO591 EC593 PY595 UY598 AL355 AM374 GE995 KG996 TM993 MN976 BY375 MD373 UA380 RS381 ME382
XK383 MK389 BA387 HR385 SI386 BG359 RO40 LT370 LV371 EE372 RU7 TR90 LB961 JO962 KW965 SA966 OM968 AE971 IL972
BH973 QA974 BT975 NP977 AF93 IN91 MV960 TL670 BN673 PG675 TO676 SB677 VU678 FJ679 WS685 KI686 MY60 TH66 SG65
HK852 MO853 TW886 KP850 KR82 JP81 AU61 NZ64 GR30 NL31 BE32 FR33 ES34 PT351 LU352 IE353 IS354 MT356 CY357 FI358
HU36 IT39 CH41 CZ420 SK421 AT43 GB44 DK45 SE46 NO47 PL48 DE49 US1`)

func parseCountries(text string) []country {
	fields := strings.Fields(text)
	parsed := make([]country, len(fields))
	for i, f := range fields {
		parsed[i] = country{code: f[:2], calling: f[2:]}
	}
	return parsed
}
