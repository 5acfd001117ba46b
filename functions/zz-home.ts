import { app } from '@azure/functions'
import { endpoints, EVERY_METHOD } from '../shared/app/app.ts'

app.http('zz-home', {
  route: '{*path}',
  methods: EVERY_METHOD,
  authLevel: 'anonymous',
  handler: endpoints.home,
})
