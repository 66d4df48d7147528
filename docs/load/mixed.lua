-- Sentences of 6 to 110 words, about 36 on average, each with one mask, for wrk: see docs/performance.md.
local words = {"there", "is", "no", "pleural", "effusion", "or", "pneumothorax", "the", "lungs", "are", "clear", "heart", "size",
  "normal", "with", "mild", "edema", "in", "left", "lower", "lobe"}
local threads = 0

function setup(thread)
  thread:set("seed", threads)
  threads = threads + 1
end

function init(args)
  math.randomseed(seed)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. (os.getenv("UNMASK_API_KEY") or "change-me")
end

function request()
  -- Short ones are more frequent than long ones, as in reports.
  local count = math.max(6, math.floor((math.random() * math.random() * 0.7 + math.random() * 0.3) * 110))
  local sentence = {}
  for i = 1, count do
    sentence[i] = words[math.random(#words)]
  end
  sentence[math.random(count)] = "[MASK]"
  return wrk.format(nil, "/predict", nil, '{"inputs": "' .. table.concat(sentence, " ") .. '"}')
end

function done(summary, latency, requests)
  print(string.format("answers a second %.1f, median %.0f ms, 99th percentile %.0f ms, not 2xx %d",
    (summary.requests - summary.errors.status) / summary.duration * 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, summary.errors.status))
end
