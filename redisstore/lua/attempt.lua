-- KEYS: the secret, accounts, records. ARGV: debits, guess.
local value, attempts, payload = read_secret(KEYS[1])
if not value then
  return { 'absent' }
end
local refusal, pay = afford(2, ARGV[1])
if refusal then
  return refusal
end
-- This comparison need not take constant time. Who could measure it here learns something of a value that is used up by
-- the very guess, or of a keyed digest, whose beginning helps nobody to find what it is the digest of.
if ARGV[2] ~= '' and ARGV[2] == value then
  redis.call('DEL', KEYS[1])
  return { 'ok', payload }
end
pay()
if attempts > 1 then
  redis.call('HSET', KEYS[1], 'attempts', attempts - 1)
else
  redis.call('DEL', KEYS[1])
end
return { 'wrong' .. told, attempts - 1 }
