-- KEYS: the account and records of the credit, if it lies here; accounts and their records. ARGV: the credit, or nothing;
-- 1 if there shall be records unless the credit stands against it; then of each account its place among KEYS, the id, and
-- the place of its record, 0 if it has none.
local now, verified = clock(), {}
for i = 3, #ARGV, 3 do
  local key = KEYS[tonumber(ARGV[i])]
  local text = redis.call('GET', key)
  if text then
    local taken = cut(key, text, ARGV[i + 1], now)
    if taken == nil then
      local log = load(key, text)
      taken = find(log, ARGV[i + 1], now, log.longest)
      if taken then
        take(log, taken)
        save(log, now)
      end
    end
    if taken then
      verified[tonumber(ARGV[i + 2])] = true
    end
  end
end
local refusal, pay
if ARGV[1] ~= '' then
  refusal, pay = afford(1, ARGV[1])
  if refusal then
    return { 'limit' }
  end
  pay()
end
for place in pairs(verified) do
  if ARGV[2] == '1' and place > 0 then
    add_number(KEYS[place], now)
  end
end
return { 'ok' }
