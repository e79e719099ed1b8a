package cattlegrid

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/segment"
)

// wording is a message in one language. {brand}, {code} and {minutes} stand for what is known later; one is for a lifetime of
// one minute. All but the East Asian ones keep to characters that an SMS takes 160 of, so there is no "código".
type wording struct{ one, many string }

// wordings by language. Each says what the code is, whose it is, how long it lives, and that it is nobody else's.
var wordings = map[string]wording{
	"zh": {many: "【{brand}】您的验证码是{code}，{minutes}分钟内有效，请勿告诉他人。"},
	"en": {
		one:  "{code} is your {brand} code. It is valid for {minutes} minute. Do not share it with anybody.",
		many: "{code} is your {brand} code. It is valid for {minutes} minutes. Do not share it with anybody.",
	},
	"es": {
		one:  "{code} es tu clave de {brand}. Vence en {minutes} minuto. No la compartas con nadie.",
		many: "{code} es tu clave de {brand}. Vence en {minutes} minutos. No la compartas con nadie.",
	},
	"fr": {
		one:  "{code} est votre code {brand}. Il expire dans {minutes} minute. Ne le donnez à personne.",
		many: "{code} est votre code {brand}. Il expire dans {minutes} minutes. Ne le donnez à personne.",
	},
	"id": {many: "{code} adalah kode {brand} Anda. Berlaku {minutes} menit. Jangan berikan kepada siapa pun."},
	"ja": {many: "【{brand}】認証コードは{code}です。{minutes}分間有効です。他人に教えないでください。"},
	"ko": {many: "[{brand}] 인증번호는 {code}입니다. {minutes}분간 유효합니다. 다른 사람에게 알려주지 마세요."},
}

// Languages are those that messages are written in, in the order of their tags.
var Languages = []string{"en", "es", "fr", "id", "ja", "ko", "zh"}

// Text is what a message says: the code, who sends it and for how long it is good. A language that is none of [Languages]
// means "zh". If host is not "", the last line lets browsers on that host fill the code in by themselves (WebOTP,
// https://wicg.github.io/sms-one-time-codes).
func Text(lang, brand, code string, lifetime time.Duration, host string) string {
	if !slices.Contains(Languages, lang) {
		lang = "zh"
	}
	minutes := int(lifetime.Minutes())
	say := wordings[lang].many
	if minutes == 1 && wordings[lang].one != "" {
		say = wordings[lang].one
	}
	var text strings.Builder
	text.Grow(len(say) + len(brand) + len(code) + len(host) + len("\n\n@ #") + len(code))
	for {
		before, rest, _ := strings.Cut(say, "{")
		text.WriteString(before)
		name, after, found := strings.Cut(rest, "}")
		if !found {
			break
		}
		switch name {
		case "brand":
			text.WriteString(brand)
		case "code":
			text.WriteString(code)
		case "minutes":
			text.WriteString(strconv.Itoa(minutes))
		}
		say = after
	}
	if host != "" {
		text.WriteString("\n\n@" + host + " #" + code)
	}
	return text.String()
}

// segments is how many SMS a message takes: the digits of its code change nothing about that.
func (g *Gate) segments(lang, country string) int {
	zeros := strings.Repeat("0", g.options.CodeDigits)
	return segment.Count(Text(lang, g.options.Brand, zeros, g.options.CodeLifetime, g.webOTPHost(country))).Segments
}

// price is what a message costs, in the units of [Options.Price].
func (g *Gate) price(number guard.Number, lang string) int {
	if g.options.Price == nil {
		return 0
	}
	most := guard.MaxUnits / maxSegments
	return min(max(0, g.options.Price(number)), most) * min(g.segments(lang, number.Country), maxSegments)
}

// maxSegments bounds a price: a brand has 32 characters, and what it does to a text is far less than this.
const maxSegments = 10

// webOTPHost is the host for the last line of a message to a country: carriers on the mainland stop what looks like a link.
func (g *Gate) webOTPHost(country string) string {
	if country == "CN" {
		return ""
	}
	return g.options.WebOTPHost
}
