-- KEYS: the secret.
local value, attempts, payload = read_secret(KEYS[1])
if not value then
  return { 'absent' }
end
return { 'ok', value, attempts, payload, redis.call('PTTL', KEYS[1]) }
