-- Bad requests of many kinds, one after the other: wrk -s docs/load/bad.lua
local key = os.getenv("UNMASK_API_KEY") or ""
local long = string.rep("word ", 3000)
local bodies = {
  '{"inputs":"no mask"}',
  '{"inputs":',
  '{"inputs":"[MASK]","parameters":{"top_k":-1}}',
  '{"inputs":"[MASK]","parameters":{"unknown":1}}',
  '{"inputs":"[MASK] ' .. long .. '"}',
  '{"inputs":[' .. string.rep('"a",', 400) .. '"a"]}',
  '[[[[[[[[]]]]]]]]',
  '\255\254',
  '{"inputs":"[MASK]","parameters":{"targets":[]}}',
  ''
}
local turn = 0

request = function()
  turn = turn + 1
  local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. key }
  local path = "/predict"
  if turn % 11 == 0 then headers["Authorization"] = "Bearer wrong" end
  if turn % 13 == 0 then path = "/nowhere" end
  if turn % 17 == 0 then headers["Content-Type"] = "text/plain" end
  if turn % 19 == 0 then headers["x-request-id"] = string.rep("x", 200) end
  return wrk.format("POST", path, headers, bodies[turn % #bodies + 1])
end
