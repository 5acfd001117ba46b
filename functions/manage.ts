import { app } from '@azure/functions'
import { endpoints, EVERY_METHOD } from '../shared/app/app.ts'

app.http('manage', { route: 'manage', methods: EVERY_METHOD, authLevel: 'anonymous', handler: endpoints.manage })
