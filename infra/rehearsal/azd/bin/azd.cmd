@node "%~dp0azd.ts" %*
