import { app } from '@azure/functions'

/** What the host, its worker and the library cost with nothing of ours in it. */
app.http('health', { route: 'health', methods: ['GET'], authLevel: 'anonymous', handler: () => ({ jsonBody: {} }) })
