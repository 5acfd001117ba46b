// Plain JavaScript: it is loaded before everything else, also by a Node that reads no TypeScript.
import { connect, Socket } from 'node:net'
import { getBuiltinModule } from 'node:process'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|::ffff:127(\.\d{1,3}){3})$/i
const ANSWER_WITHIN_MS = 5_000

const notFound = (host) =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), {
    code: 'ENOTFOUND',
    errno: -3008,
    syscall: 'getaddrinfo',
    hostname: host,
  })

const refused = (host, why) =>
  Object.assign(new Error(`the rehearsal reaches nothing beyond this machine: ${host} ${why}`), {
    code: 'ERR_REHEARSAL_HOST',
    hostname: host,
  })

/** Asks the front for a name, as a resolver asks its name server: `ok`, `unknown` or `unlisted`. */
function ask(port, host, done) {
  let answer = ''
  const socket = connect({ port, host: '127.0.0.1' }, () => socket.end(`${host}\n`))
  socket.setEncoding('utf8').setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error('no answer')))
  socket.on('data', (chunk) => (answer += chunk))
  socket.once('close', () => {
    if (answer === 'ok') done()
    else if (answer === 'unknown') done(notFound(host))
    else if (answer === 'unlisted') done(refused(host, 'is not one of its hosts'))
    else done(refused(host, 'was asked for after the rehearsal had ended'))
  })
  socket.on('error', () => undefined)
}

const answering = (settle) => (_host, options, callback) =>
  settle((error) => {
    if (error) callback(error)
    else if (options?.all) callback(null, [{ address: '127.0.0.1', family: 4 }])
    else callback(null, '127.0.0.1', 4)
  })

/** The forms of net.Socket.connect; Node's own callers pass one array of options and callback. */
function read(args) {
  const [first, ...rest] = Array.isArray(args[0]) ? args[0] : args
  const callback = rest.find((one) => typeof one === 'function')
  if (typeof first === 'object' && first !== null) return { options: first, callback }
  if (typeof first === 'string' && Number.isNaN(Number(first))) return { options: { path: first }, callback }
  return { options: { port: first, host: typeof rest[0] === 'string' ? rest[0] : undefined }, callback }
}

/** Where a connection really goes: the name stays, so that TLS checks the certificate for it. */
function rewrite(options, secure, { front, names }) {
  const host = String(options.host ?? options.hostname ?? 'localhost')
  if (options.path || LOOPBACK.test(host)) return options
  // A name that is no address, so that the socket asks `lookup`, which alone can refuse as a resolver does.
  const refusal = (why) => ({ host: 'refused.invalid', lookup: answering((done) => done(refused(host, why))) })
  if (!secure) return { ...options, ...refusal('without TLS') }
  if (/^[\d.]+$|:/.test(host)) return { ...options, ...refusal('is an address') }
  if (Number(options.port) !== 443) return { ...options, ...refusal(`at port ${options.port}`) }
  const name = host.toLowerCase().replace(/\.$/, '')
  return { ...options, port: front, lookup: answering((done) => ask(names, name, done)) }
}

/** Loading it is a good part of the start of each of some hundred processes, most of which ask nobody. */
const isTls = (socket) => socket instanceof getBuiltinModule('node:tls').TLSSocket

/** Sends TLS connections to real names to the front on loopback, and refuses every other way out of this machine. */
export function redirect(ports) {
  const original = Socket.prototype.connect
  Socket.prototype.connect = function (...args) {
    const { options, callback } = read(args)
    return original.call(this, rewrite(options, isTls(this), ports), ...(callback ? [callback] : []))
  }
  return () => void (Socket.prototype.connect = original)
}
