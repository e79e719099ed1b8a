-- KEYS: the secret, accounts, records. ARGV: debits, value, attempts, payload, milliseconds.
local refusal, pay = afford(2, ARGV[1])
if refusal then
  return refusal
end
pay()
write_secret(KEYS[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
return { 'ok' .. told }
