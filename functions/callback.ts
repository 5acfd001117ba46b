import { app } from '@azure/functions'
import { endpoints, EVERY_METHOD } from '../shared/app/app.ts'

app.http('callback', {
  route: 'oauth/callback',
  methods: EVERY_METHOD,
  authLevel: 'anonymous',
  handler: endpoints.callback,
})
