import { app } from '@azure/functions'
import { endpoints, EVERY_METHOD } from '../shared/app/app.ts'

app.http('token', {
  route: 'oauth/token',
  methods: EVERY_METHOD,
  authLevel: 'anonymous',
  handler: endpoints.token,
})
