-- KEYS: accounts. ARGV: the id of the charge on each.
for i, account in ipairs(KEYS) do
  if redis.call('ZSCORE', account, 'at:' .. ARGV[i]) then
    redis.call('ZINCRBY', account, digits(cost_of(account, ARGV[i])), 'used')
    redis.call('ZREM', account, 'at:' .. ARGV[i], 'cost:' .. ARGV[i])
    if redis.call('ZCARD', account) == 1 then
      redis.call('DEL', account)
    end
  end
end
return { 'ok' }
