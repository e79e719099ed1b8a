-- Secrets: a plain string if there is one attempt and no payload, else a hash.

-- Returns value, attempts and payload of the secret under key, or nil.
local function read_secret(key)
  local kind = redis.call('TYPE', key).ok
  if kind == 'none' then
    return nil
  end
  if kind == 'string' then
    return redis.call('GET', key), 1, ''
  end
  local fields = redis.call('HMGET', key, 'value', 'attempts', 'payload')
  return fields[1], tonumber(fields[2]), fields[3]
end

-- new says that there is nothing under key.
local function write_secret(key, value, attempts, payload, millis, new)
  if attempts == '1' and payload == '' then
    redis.call('SET', key, value, 'PX', millis)
    return
  end
  if not new then
    redis.call('DEL', key)
  end
  redis.call('HSET', key, 'value', value, 'attempts', attempts, 'payload', payload)
  redis.call('PEXPIRE', key, millis)
end
