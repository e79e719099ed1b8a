-- Does to every key what waiting for ARGV[1] milliseconds would do.
local millis = tonumber(ARGV[1])

for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 and left <= millis then
    redis.call('DEL', key)
  else
    if left >= 0 then
      redis.call('PEXPIRE', key, string.format('%.0f', left - millis))
    end
    if redis.call('TYPE', key).ok == 'zset' then
      local moments = redis.call('ZRANGEBYSCORE', key, '(0', '+inf', 'WITHSCORES')
      for i = 1, #moments, 2 do
        redis.call('ZADD', key, string.format('%.0f', moments[i + 1] - millis * 1000), moments[i])
      end
    end
  end
end
