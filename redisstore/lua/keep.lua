-- KEYS: the secret, accounts, records. ARGV: debits, value, attempts, payload, milliseconds.
local refusal, pay, wait = afford(2, ARGV[1])
if refusal then
  return refusal
end
local value, attempts, payload = read_secret(KEYS[1])
pay()
if value then
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
  return { 'kept' .. told, wait(), value, attempts, payload }
end
write_secret(KEYS[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], true)
return { 'ok' .. told, wait() }
