package cattlegrid_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/cattlegrid/cattlegrid"
)

var update = flag.Bool("update", false, "write the files in testdata anew")

// testKeys are fixed, so that proofs are the same bytes in every run.
func testKeys() cattlegrid.Keys {
	seed := []byte("cattlegrid test vectors, no key!")
	return cattlegrid.Keys{Sign: ed25519.NewKeyFromSeed(seed), Hash: seed}
}

// proofVectors are proofs as data, for verifiers in any language: testdata/proofs.json.
type proofVectors struct {
	Comment  string          `json:"comment"`
	JWKS     json.RawMessage `json:"jwks"`
	Issuer   string          `json:"issuer"`
	Audience string          `json:"audience"`
	Purpose  string          `json:"purpose"`
	Now      int64           `json:"now"` // seconds since the Unix epoch
	Proofs   []proofVector   `json:"proofs"`
}

type proofVector struct {
	Name  string `json:"name"`
	Token string `json:"token"`
	Valid bool   `json:"valid"`
}

const vectorsFile = "testdata/proofs.json"

func makeVectors(t *testing.T) proofVectors {
	t.Helper()
	s := newSite(t, func(o *cattlegrid.Options) { o.Keys = testKeys() })
	now := s.now
	claims := func(change func(jwt.MapClaims)) jwt.MapClaims {
		c := jwt.MapClaims{
			"iss": "cattlegrid", "aud": []string{"cattlegrid"}, "iat": now.Unix(), "exp": now.Add(10 * time.Minute).Unix(),
			"jti": "TESTVECTOR", "phone_number": alice, "phone_number_verified": true, "purpose": "register",
		}
		change(c)
		return c
	}
	v := proofVectors{
		Comment: "Proofs and what a verifier must say of them at the given time. Made by: go test -run TestProofVectors -update .",
		JWKS:    s.JWKS(), Issuer: "cattlegrid", Audience: "cattlegrid", Purpose: "register", Now: now.Unix(),
	}
	var set struct{ Keys []struct{ Kid string } }
	if err := json.Unmarshal(s.JWKS(), &set); err != nil {
		t.Fatalf("read the JWKS: %v", err)
	}
	add := func(name string, valid bool, method jwt.SigningMethod, key any, header func(map[string]any), c jwt.MapClaims) {
		token := jwt.NewWithClaims(method, c)
		token.Header["typ"], token.Header["kid"] = "phone-proof+jwt", set.Keys[0].Kid
		if header != nil {
			header(token.Header)
		}
		signed, err := token.SignedString(key)
		if err != nil {
			t.Fatalf("sign %s: %v", name, err)
		}
		v.Proofs = append(v.Proofs, proofVector{name, signed, valid})
	}
	sign := testKeys().Sign
	with := func(name string, valid bool, change func(jwt.MapClaims)) {
		add(name, valid, jwt.SigningMethodEdDSA, sign, nil, claims(change))
	}
	set1 := func(key string, value any) func(jwt.MapClaims) { return func(c jwt.MapClaims) { c[key] = value } }
	without := func(key string) func(jwt.MapClaims) { return func(c jwt.MapClaims) { delete(c, key) } }
	header := func(name, key string, value any) {
		add(name, false, jwt.SigningMethodEdDSA, sign, func(h map[string]any) { h[key] = value }, claims(func(jwt.MapClaims) {}))
	}
	with("good", true, func(jwt.MapClaims) {})
	with("for several sites", true, set1("aud", []string{"other", "cattlegrid"}))
	with("expired", false, set1("exp", now.Add(-time.Minute).Unix()))
	with("without expiry", false, without("exp"))
	with("from the future", false, set1("iat", now.Add(time.Minute).Unix()))
	with("without issue time", false, without("iat"))
	with("by another issuer", false, set1("iss", "somebody"))
	with("for another site", false, set1("aud", []string{"other"}))
	with("without audience", false, without("aud"))
	with("for another purpose", false, set1("purpose", "login"))
	with("without an id", false, without("jti"))
	with("with a huge id", false, set1("jti", strings.Repeat("x", 65)))
	with("not verified", false, set1("phone_number_verified", false))
	with("without a number", false, without("phone_number"))
	with("with two numbers", false, set1("phone_number", alice+","+bob))
	header("another type of token", "typ", "JWT")
	header("an unknown key", "kid", "unknown")
	header("no key named", "kid", nil)
	add("not signed", false, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil, claims(func(jwt.MapClaims) {}))
	add("HMAC with the public key", false, jwt.SigningMethodHS256, []byte(sign.Public().(ed25519.PublicKey)), nil, claims(func(jwt.MapClaims) {}))
	add("signed with another key", false, jwt.SigningMethodEdDSA, ed25519.NewKeyFromSeed(make([]byte, 32)), nil, claims(func(jwt.MapClaims) {}))
	good := v.Proofs[0].Token
	changed := strings.Split(good, ".")
	changed[1] = base64.RawURLEncoding.EncodeToString([]byte(`{"phone_number":"` + bob + `"}`))
	v.Proofs = append(v.Proofs,
		proofVector{"other claims under the signature", strings.Join(changed, "."), false},
		proofVector{"cut", good[:len(good)-2], false},
		proofVector{"empty", "", false},
	)
	return v
}

// The proofs in testdata are accepted and refused as the file says; verifiers in other languages can use it, too.
func TestProofVectors(t *testing.T) {
	if *update {
		data, err := json.MarshalIndent(makeVectors(t), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(vectorsFile, append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var v proofVectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Proofs) < 20 {
		t.Fatalf("%d vectors, want at least 20", len(v.Proofs))
	}
	verifier, err := cattlegrid.NewVerifier(cattlegrid.VerifierOptions{
		JWKS: v.JWKS, Issuer: v.Issuer, Audience: v.Audience, Clock: func() time.Time { return time.Unix(v.Now, 0) },
	})
	if err != nil {
		t.Fatalf("NewVerifier: %v", err)
	}
	for _, p := range v.Proofs {
		t.Run(p.Name, func(t *testing.T) {
			claims, err := verifier.Verify(t.Context(), p.Token, v.Purpose)
			if p.Valid && (err != nil || claims.PhoneNumber != alice) || !p.Valid && !errors.Is(err, cattlegrid.ErrProof) {
				t.Errorf("Verify: %v, want it valid: %t", err, p.Valid)
			}
		})
	}
}

// The key's id is its RFC 7638 thumbprint; the vector is that of RFC 8037, appendix A.3.
func TestKeyID(t *testing.T) {
	d, err := base64.RawURLEncoding.DecodeString("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(o *cattlegrid.Options) {
		o.Keys = cattlegrid.Keys{Sign: ed25519.NewKeyFromSeed(d), Hash: make([]byte, 32)}
	})
	want := `{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",` +
		`"kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","use":"sig","alg":"EdDSA"}]}`
	if got := string(s.JWKS()); got != want {
		t.Errorf("JWKS\n got %s\nwant %s", got, want)
	}
}

// A verifier without a usable key is refused.
func TestNewVerifierRefuses(t *testing.T) {
	for name, jwks := range map[string]string{
		"Nothing": "", "Junk": "junk", "NoKeys": `{"keys":[]}`, "OnlyRSA": `{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}`,
		"ShortKey": `{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA","kid":"k"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := cattlegrid.NewVerifier(cattlegrid.VerifierOptions{JWKS: []byte(jwks)}); err == nil {
				t.Error("NewVerifier took it")
			}
		})
	}
}

// If it is not known whether a proof was used before, it is refused.
func TestVerifierStoreFails(t *testing.T) {
	s := newSite(t, nil)
	v := s.mustSend(t, alice)
	proof, err := s.check(t, v.ID, s.outbox.last())
	if err != nil {
		t.Fatalf("CheckCode: %v", err)
	}
	verifier, err := cattlegrid.NewVerifier(cattlegrid.VerifierOptions{JWKS: s.JWKS(), Store: s.store, Clock: func() time.Time { return s.now }})
	if err != nil {
		t.Fatalf("NewVerifier: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := verifier.Verify(ctx, proof.Token, "register"); !errors.Is(err, cattlegrid.ErrStore) {
		t.Errorf("Verify: %v, want ErrStore", err)
	}
}

// FuzzVerify tries to make a verifier accept what no gate signed: a token is valid only if it is, byte for byte, one of
// the valid vectors.
func FuzzVerify(f *testing.F) {
	data, err := os.ReadFile(vectorsFile)
	if err != nil {
		f.Fatal(err)
	}
	var v proofVectors
	if err := json.Unmarshal(data, &v); err != nil {
		f.Fatal(err)
	}
	valid := map[string]bool{}
	for _, p := range v.Proofs {
		f.Add(p.Token)
		valid[p.Token] = p.Valid
	}
	verifier, err := cattlegrid.NewVerifier(cattlegrid.VerifierOptions{JWKS: v.JWKS, Clock: func() time.Time { return time.Unix(v.Now, 0) }})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := verifier.Verify(t.Context(), token, v.Purpose); (err == nil) != valid[token] {
			t.Errorf("Verify %q: %v", token, err)
		}
	})
}
