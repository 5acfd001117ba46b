import { app } from '@azure/functions'
import { endpoints, EVERY_METHOD } from '../shared/app/app.ts'

app.http('me', { route: 'me', methods: EVERY_METHOD, authLevel: 'anonymous', handler: endpoints.me })
