package guard

import "time"

// DefaultPolicy is what the documentation's page on the guard describes.
func DefaultPolicy() Policy {
	const day = 24 * time.Hour
	return Policy{
		Challenge: []Limit{
			{Name: "challenges_per_client_minute", Per: PerClient, Max: 30, Window: time.Minute},
			{Name: "challenges_per_network_minute", Per: PerNetwork, Max: 600, Window: time.Minute, Coarse: true},
		},
		Send: []Limit{
			// One phone: 60 seconds until the second message, 120 until the third, 300 and 600 until the next ones. The hour
			// and the day are the limits that the large mainland providers impose themselves.
			{Name: "sends_per_phone_minute", Per: PerPhone, Max: 1, Window: time.Minute},
			{Name: "sends_per_phone_3_minutes", Per: PerPhone, Max: 2, Window: 3 * time.Minute},
			{Name: "sends_per_phone_8_minutes", Per: PerPhone, Max: 3, Window: 8 * time.Minute},
			{Name: "sends_per_phone_18_minutes", Per: PerPhone, Max: 4, Window: 18 * time.Minute},
			{Name: "sends_per_phone_hour", Per: PerPhone, Max: 5, Window: time.Hour},
			{Name: "sends_per_phone_day", Per: PerPhone, Max: 10, Window: day},

			// One client. Who verifies what was sent may have more: a whole office, or a village behind one address.
			{Name: "sends_per_client_hour", Per: PerClient, Max: 30, Hard: 10, Work: 20, Grow: 200, Window: time.Hour},
			{Name: "unverified_per_client_hour", Per: PerClient, Of: Unverified, Max: 5, Hard: 3, Work: 4, Grow: 100, Window: time.Hour},
			{Name: "unverified_per_client_day", Per: PerClient, Of: Unverified, Max: 20, Hard: 5, Work: 10, Grow: 100, Window: day},
			{Name: "countries_per_client_day", Per: PerClient, Of: Countries, Max: 3, Window: day},
			{Name: "unverified_per_network_hour", Per: PerNetwork, Of: Unverified, Max: 30, Hard: 10, Work: 20, Grow: 100, Window: time.Hour},

			// What was sent and not verified, by where it went. The windows of a prefix are its breaker.
			{Name: "unverified_per_prefix_hour", Per: PerPrefix, Of: Unverified, Max: 4, Hard: 3, Grow: 100, Window: time.Hour},
			{Name: "unverified_per_prefix_6_hours", Per: PerPrefix, Of: Unverified, Max: 6, Grow: 100, Window: 6 * time.Hour},
			{Name: "unverified_per_prefix_day", Per: PerPrefix, Of: Unverified, Max: 8, Grow: 100, Window: day},
			{Name: "unverified_per_segment_hour", Per: PerSegment, Of: Unverified, Max: 20, Hard: 12, Work: 16, Grow: 80, Window: time.Hour, Coarse: true},
			{Name: "unverified_per_segment_day", Per: PerSegment, Of: Unverified, Max: 40, Hard: 24, Work: 32, Grow: 80, Window: day, Coarse: true},
			{Name: "unverified_per_country_hour", Per: PerCountry, Of: UnverifiedSends, Max: 40, Hard: 24, Work: 32, Grow: 70, Window: time.Hour, Coarse: true},
			{Name: "unverified_per_country_day", Per: PerCountry, Of: UnverifiedSends, Max: 80, Hard: 48, Work: 64, Grow: 70, Window: day, Coarse: true},
			{Name: "unverified_hour", Per: InTotal, Of: UnverifiedSends, Max: 60, Hard: 36, Work: 48, Grow: 70, Window: time.Hour, Coarse: true},
			{Name: "unverified_day", Per: InTotal, Of: UnverifiedSends, Max: 120, Hard: 72, Work: 96, Grow: 70, Window: day, Coarse: true},

			// Lanes for what has no record yet, at each rank of its own and in total. Numbers, so that one who asks again is
			// one; and messages, so that asking again does not multiply them.
			{Name: "cold_prefixes_per_segment_hour", Per: PerSegment, Of: Unverified, Cold: PerPrefix, Max: 4, Hard: 3, Grow: 100, Window: time.Hour},
			{Name: "cold_prefixes_hour", Per: InTotal, Of: Unverified, Cold: PerPrefix, Max: 10, Hard: 6, Grow: 60, Window: time.Hour},
			{Name: "cold_prefixes_sends_hour", Per: InTotal, Of: UnverifiedSends, Cold: PerPrefix, Max: 20, Grow: 90, Window: time.Hour},
			{Name: "cold_segments_per_country_hour", Per: PerCountry, Of: Unverified, Cold: PerSegment, Max: 5, Hard: 3, Grow: 60, Window: time.Hour},
			{Name: "cold_segments_hour", Per: InTotal, Of: Unverified, Cold: PerSegment, Max: 8, Hard: 5, Grow: 60, Window: time.Hour},
			{Name: "cold_segments_sends_hour", Per: InTotal, Of: UnverifiedSends, Cold: PerSegment, Max: 16, Grow: 90, Window: time.Hour},
			{Name: "cold_countries_hour", Per: InTotal, Of: Unverified, Cold: PerCountry, Max: 8, Hard: 5, Grow: 60, Window: time.Hour},
			{Name: "cold_countries_sends_hour", Per: InTotal, Of: UnverifiedSends, Cold: PerCountry, Max: 16, Grow: 90, Window: time.Hour},
		},
		WrongCode: []Limit{
			{Name: "wrong_codes_per_phone_hour", Per: PerPhone, Max: 15, Window: time.Hour},
			{Name: "wrong_codes_per_phone_day", Per: PerPhone, Max: 25, Window: day},
		},
		WorkAlone: []Limit{
			{Name: "work_alone_per_client_hour", Per: PerClient, Max: 3, Window: time.Hour},
			{Name: "work_alone_hour", Per: InTotal, Of: Numbers, Max: 60, Window: time.Hour},
		},
		Known: Known{Prefix: 2, Segment: 5, Country: 10},
		Rules: Rules{Countries: []string{"CN"}, DenyTypes: []NumberType{Landline, Premium, VoIP, OtherNumber}},
	}
}
