-- KEYS: the secret, accounts. ARGV: value, attempts, payload, milliseconds, debits.
local refusal, pay = afford(debits_from(5))
if refusal then
  return refusal
end
local value, attempts, payload = read_secret(KEYS[1])
pay()
if value then
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return { 'kept', value, attempts, payload }
end
write_secret(KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4])
return { 'ok' }
