import { testEveryContract } from './every-contract.ts'

testEveryContract('deno')
