import { app } from '@azure/functions'
import { endpoints, EVERY_METHOD } from '../shared/app/app.ts'

app.http('health', { route: 'health', methods: EVERY_METHOD, authLevel: 'anonymous', handler: endpoints.health })
