import { app } from '@azure/functions'
import { endpoints, EVERY_METHOD } from '../shared/app/app.ts'

app.http('register', {
  route: 'oauth/register',
  methods: EVERY_METHOD,
  authLevel: 'anonymous',
  handler: endpoints.register,
})
