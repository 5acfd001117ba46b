import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import process from 'node:process'

// Given to a worker with --import beside trace-loads: writes down, between what it loads, the path of each request that it makes.
subscribe('http.client.request.start', ({ request }) => {
  appendFileSync(process.env.TRACE_LOADS, `asks ${request.path}\n`)
})
