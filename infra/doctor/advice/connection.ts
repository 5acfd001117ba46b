import type { Advice } from './advice.ts'

const AGAIN = '  npm run doctor -- {url}'
const REBIND = `Renew or replace the certificate of this host name: Azure portal → the function app → Custom domains → Add binding (App Service Managed Certificate), or in the proxy that stands in front. Then:
${AGAIN}`
const PROXY = `Try from another network. If this machine reaches the Internet through a proxy that HTTPS_PROXY names:
  npm exec -- node --use-env-proxy infra/doctor/doctor.mjs {url}`

/** Faults of the address that was typed, and of the way to it. */
export const CONNECTION_ADVICE = {
  'address-not-url': {
    means: 'This is not a complete web address, so nothing was asked.',
    fix: 'Give the whole address, as azd printed it:\n  azd env get-value MCP_URL\n  npm run doctor -- {url}',
  },
  'address-not-https': {
    means: 'ChatGPT connects by https only; http is accepted here for this machine alone (127.0.0.1, localhost).',
    fix: 'Use the same address with https:\n  npm run doctor -- {url}',
  },
  'address-no-mcp': {
    means: 'ChatGPT must be given the address of the MCP endpoint, which ends in /mcp; at the bare host there is none.',
    fix: 'Add /mcp, here and in ChatGPT:\n  npm run doctor -- {url}',
  },
  'address-trailing-slash': {
    means: 'The server names its resource without a slash at the end, and ChatGPT compares the two byte by byte.',
    fix: 'Leave the last slash out, here and in ChatGPT:\n  npm run doctor -- {url}',
  },
  'address-path': {
    means: 'The MCP endpoint of this app is /mcp, in lower case and directly below the host.',
    fix: 'Use this address, here and in ChatGPT:\n  npm run doctor -- {url}',
  },
  'address-extra': {
    means:
      'The address holds a user name, a query or a fragment. ChatGPT would send other bytes than the server names.',
    fix: 'Use the plain address, here and in ChatGPT:\n  npm run doctor -- {url}',
  },
  'address-port': {
    means: 'Programs that speak HTTP, this one too, refuse the ports of other protocols, so nothing was asked.',
    fix: 'Use another port; in Azure it is always 443, which need not be written:\n  npm run doctor -- {url}',
  },
  'loopback-address': {
    means: 'Fine for a trial on this machine. ChatGPT, out on the Internet, cannot reach it.',
    fix: 'Nothing to do for a trial. For ChatGPT, deploy the app:\n  azd up',
  },
  'private-address': {
    means: 'This address belongs to a private network. ChatGPT calls from the Internet and cannot reach it.',
    fix: 'Give the public host name of the function app:\n  azd env get-value MCP_URL',
  },
  'dns-not-found': {
    means:
      'No such host name exists (yet): a typing mistake, an app that was removed, or a DNS record that is missing.',
    fix: `Compare with the address that azd printed; a new custom domain may take an hour to be known everywhere.
  azd env get-value MCP_URL`,
  },
  'dns-unavailable': {
    means: 'This machine could not look the name up at all, so nothing is known about the server yet.',
    fix: `Check the network of this machine, then try again.\n${AGAIN}`,
  },
  'connection-refused': {
    means: 'The host exists, but nothing listens there.',
    fix: `Check host and port. In Azure the port is always 443 and need not be written.\n${AGAIN}`,
  },
  'network-unreachable': {
    means: 'There is no route to this address from here: a network of its own, a VPN, or a firewall.',
    fix: PROXY,
  },
  'connection-timeout': {
    means: 'The host did not take the connection in time. A firewall that drops packets looks exactly like this.',
    fix: PROXY,
  },
  'answer-timeout': {
    means: 'The connection stands, but no answer came. A first start may take half a minute; this is longer.',
    fix: `Try again once; if it stays, restart the app (Azure portal → the function app → Restart).\n${AGAIN}`,
  },
  'connection-lost': {
    means: 'The connection was cut before an answer came: a restart just now, or a device on the way that cuts it.',
    fix: `Try again in a minute.\n${AGAIN}`,
  },
  'no-answer': {
    means: 'No answer came, for a reason that is not known to the doctor.',
    fix: `Try again, and from another network.\n${AGAIN}`,
  },
  'not-http': {
    means: 'Something listens there, but it does not speak HTTP.',
    fix: `Check host and port.\n${AGAIN}`,
  },
  'certificate-expired': {
    means: 'The certificate of this host name has run out (or the clock of this machine is wrong): ChatGPT refuses it.',
    fix: REBIND,
  },
  'certificate-not-yet-valid': {
    means: 'The certificate starts to be valid only later; most often the clock of this machine is slow.',
    fix: `Set the clock of this machine and try again.\n${AGAIN}`,
  },
  'certificate-wrong-name': {
    means:
      'The certificate is for another host name: ChatGPT refuses it. A name of your own that is bound without a certificate, or not at all, looks so.',
    fix: `Where it is the name of CUSTOM_BASE_URL, this says how far it is and what comes next; behind a front door, its certificate is that of the front door.
  npm run domain
${AGAIN}`,
  },
  'certificate-self-signed': {
    means: 'The server made its certificate itself, and nobody vouches for it: ChatGPT refuses it.',
    fix: REBIND,
  },
  'certificate-unknown-issuer': {
    means:
      'Nobody known vouches for the certificate: an intermediate certificate is not sent along, it comes from a company’s own authority, or a proxy of your network opens the traffic (then ChatGPT, outside, sees another one).',
    fix: `In a company network, try with the certificates that this machine itself trusts; if it is still refused, replace the server’s certificate by a public one with its whole chain.
  npm exec -- node --use-system-ca infra/doctor/doctor.mjs {url}`,
  },
  'tls-too-old': {
    means: 'The server offers only old versions of TLS (1.1 or less), which ChatGPT and this doctor refuse.',
    fix: `Set the least version to 1.2: Azure portal → the function app → Settings → Configuration → Minimum inbound TLS version; or in the proxy in front.\n${AGAIN}`,
  },
  'tls-failed': {
    means: 'The encrypted connection could not be made; the two sides found nothing that both accept.',
    fix: `Ask for the certificate and the ciphers of whatever answers at this address (proxy, firewall, custom domain).\n${AGAIN}`,
  },
  'not-tls': {
    means: 'What answers there does not encrypt: an http port, or a proxy that expects plain http.',
    fix: `Use the https port (443, which need not be written).\n${AGAIN}`,
  },
} as const satisfies Record<string, Advice>
