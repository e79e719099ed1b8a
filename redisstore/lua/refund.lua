-- KEYS: accounts. ARGV: of each account the id, the cost, 1 if it adds, and if the charge moved the id's grant: from when,
-- to when.
local now = clock()
for i, key in ipairs(KEYS) do
  local id, cost, adds, old, new = unpack(ARGV, 5 * i - 4, 5 * i)
  local text = redis.call('GET', key)
  if text and cut(key, text, id, now, true) == nil then
    local log = load(key, text)
    local own = find(log, id, now, log.longest)
    if own then
      own.n = own.n - 1
      if own.n == 0 then
        take(log, own)
      else
        -- Each charge that is left cost a unit at least.
        local units = adds == '1' and math.min(tonumber(cost), own.cost - own.n) or 0
        count(log, own.at, -units)
        own.cost = own.cost - units
        if log.set then
          rewrite_grant(log, own)
        end
        if old ~= '' and own.at == tonumber(new) then
          put_back(log, own, tonumber(old))
        end
      end
      save(log, now)
    end
  end
end
return { 'ok' }
