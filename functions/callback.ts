import { app } from '@azure/functions'
import { endpoints } from '../shared/app/app.ts'

app.http('callback', { route: 'oauth/callback', methods: ['GET'], authLevel: 'anonymous', handler: endpoints.callback })
