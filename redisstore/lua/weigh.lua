-- KEYS: the secret, accounts, records. ARGV: debits, 1 if the secret must be there.
if ARGV[2] == '1' and not read_secret(KEYS[1]) then
  return { 'absent' }
end
return afford(2, ARGV[1]) or { 'ok' }
