import { app } from '@azure/functions'
import { endpoints } from '../shared/app/app.ts'

app.http('token', {
  route: 'oauth/token',
  methods: ['POST', 'OPTIONS'],
  authLevel: 'anonymous',
  handler: endpoints.token,
})
