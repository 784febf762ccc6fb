import { describe, expect, test } from 'vitest'
import { problemWithAddress, problemWithUrl } from '#adapters/callbacks/url-guard.ts'

const SENTENCE = /^[A-Z].*\.$/

/** Hosts that are refused whatever is done to them. */
const HOSTILE_HOSTS = `
  localhost LOCALHOST localhost. foo.localhost foo.localhost. printer.local db.internal router.home.arpa home.arpa
  intranet kubernetes a.localdomain nas.lan example.com.
  metadata.google.internal metadata.goog instance-data instance-data.ec2.internal metadata.azure.internal
  127.0.0.1 127.0.0.1. 127.1 127.0.1 127.255.255.254 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 0x7f.1
  １２７.０.０.１ 127。0。0。1 127．0．0．1 ⑫7.0.0.1 %31%32%37.0.0.1 127%2e0%2e0%2e1 ⓛocalhost ｌｏｃａｌｈｏｓｔ localhost。 loc%61lhost
  0 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1.1. 0xc0a80001 3232235521
  100.64.0.1 100.127.255.255 100.100.100.200 169.254.0.1 169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376
  168.63.129.16 192.0.0.1 192.0.0.9 192.0.0.192 192.0.2.1 198.51.100.1 203.0.113.1 198.18.0.1 198.19.255.255
  192.31.196.1 192.52.193.1 192.88.99.1 192.175.48.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
  [::] [::1] [0:0:0:0:0:0:0:1] [0000::0001] [::127.0.0.1] [::7f00:1] [::8.8.8.8] [::808:808]
  [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:a9fe:a9fe] [::ffff:10.0.0.1] [::ffff:8.8.8.8] [::ffff:0:127.0.0.1]
  [::ffff:0:8.8.8.8] [64:ff9b::127.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b::8.8.8.8] [64:ff9b:1::10.0.0.1]
  [2002:7f00:1::] [2002:a9fe:a9fe::1] [2002:808:808::1] [2001::1] [2001:0:4136:e378:8000:63bf:3fff:fdd2]
  [2001:1::1] [2001:2::1] [2001:3::1] [2001:4:112::1] [2001:10::1] [2001:20::1] [2001:30::1] [2001:1ff::1] [2001:db8::1]
  [2620:4f:8000::1] [3fff::1] [100::1] [100:0:0:1::1] [200::1] [1000::1] [4000::1] [5f00::1] [8000::1] [a000::1] [e000::1]
  [fc00::1] [fd00:ec2::254] [fd12:3456:789a::1] [fe80::1] [fe80::1%25eth0] [fe80::1%eth0] [febf::1] [fec0::1]
  [ff02::1] [ff0e::1] [ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]
`
  .trim()
  .split(/\s+/)

const HOSTILE_URLS = [
  ...['', ' ', 'nonsense', '//shop.example.com/', '/hooks', 'https:', 'https://', 'https:///', 'https://:443/'],
  'http://shop.example.com/hooks',
  'http://8.8.8.8/',
  'ftp://shop.example.com/',
  'ws://shop.example.com/',
  'wss://shop.example.com/',
  'file:///etc/passwd',
  'file://shop.example.com/etc/passwd',
  'data:application/json,{}',
  'javascript:alert(1)',
  'blob:https://shop.example.com/1',
  'gopher://shop.example.com/',
  'https://user@shop.example.com/',
  'https://user:password@shop.example.com/',
  'https://:password@shop.example.com/',
  'https://shop.example.com@127.0.0.1/',
  'https://shop.example.com:443@10.0.0.1/',
  'https://shop.example.com%2f@10.0.0.1/',
  'https://shop.example.com:65536/',
  'https://shop.example.com:port/',
  'https://127.0.0.1:8443/',
  'https://[::1]:8443/',
  'https://localhost:8443/',
  'https:127.0.0.1/',
  'https:\\\\127.0.0.1\\',
  'https://127.0.0.1\\@shop.example.com/',
  'https://127.0.0.1#@shop.example.com/',
  'https://127.0.0.1?@shop.example.com/',
  '  https://127.0.0.1/  ',
  'ht\ntps://127.0\t.0.1/',
  'HTTPS://LocalHost/',
  'https://256.256.256.256/',
  'https://1.2.3.4.5/',
  'https://8.8.8.8%00.example.com/',
  'https://shop example.com/',
  'https://shop.example.com%20/',
  'https://[::1',
  'https://::1/',
  'https://[shop.example.com]/',
  `https://shop.example.com/${'a'.repeat(2048 - 'https://shop.example.com/'.length + 1)}`,
]

const HONEST_URLS = [
  'https://shop.example.com',
  'https://shop.example.com/hooks/errand?token=1#top',
  'https://shop.example.com:8443/hooks',
  'HTTPS://Shop.Example.COM/Hooks',
  'https://bücher.example/hooks',
  'https://xn--bcher-kva.example/hooks',
  'https://local.example.com/',
  'https://localhost.example.com/',
  'https://10.0.0.1.example.com/',
  'https://mylocalhost.com/',
  'https://shop.mylan/',
  'https://internal-shop.example/',
  'https://shop.example.com/redirect?to=http://127.0.0.1/',
  'https://shop.example.com/@10.0.0.1',
  'https://8.8.8.8/hooks',
  'https://134744072/hooks',
  'https://100.63.255.255/',
  'https://100.128.0.1/',
  'https://172.15.255.255/',
  'https://172.32.0.1/',
  'https://[2606:4700:4700::1111]/hooks',
  'https://[2a00:1450:4001:82a::200e]:8443/',
  `https://shop.example.com/${'a'.repeat(2048 - 'https://shop.example.com/'.length)}`,
]

describe('a URL to call back is refused', () => {
  test.each(HOSTILE_HOSTS)('with the host %s', (host) => {
    expect(problemWithUrl(`https://${host}/hooks`, [])).toMatch(SENTENCE)
    expect(problemWithUrl(`https://${host}:8443/hooks`, [])).toMatch(SENTENCE)
    expect(problemWithUrl(`https://${host}/hooks`, ['127.0.0.9', 'localhost:1'])).toMatch(SENTENCE)
  })

  test.each(HOSTILE_URLS)('%j', (url) => {
    expect(problemWithUrl(url, [])).toMatch(SENTENCE)
  })
})

test.each(HONEST_URLS)('a URL may be called back: %s', (url) => {
  expect(problemWithUrl(url, [])).toBeNull()
})

describe('an exempt host', () => {
  test.each([
    ['127.0.0.1', 'http://127.0.0.1/'],
    ['127.0.0.1', 'https://127.0.0.1:8443/'],
    ['127.0.0.1:8787', 'http://127.0.0.1:8787/hooks'],
    ['127.0.0.1:80', 'http://127.0.0.1/'],
    ['127.0.0.1:443', 'https://127.0.0.1/'],
    ['LocalHost:8787', 'http://localhost:8787/'],
    ['[::1]:8787', 'http://[0:0::1]:8787/'],
    ['hooks.internal', 'http://hooks.internal/'],
  ])('%s may be called as %s', (host, url) => {
    expect(problemWithUrl(url, ['other.example', host])).toBeNull()
  })

  test.each([
    ['127.0.0.1:8787', 'http://127.0.0.1:8788/'],
    ['127.0.0.1:80', 'https://127.0.0.1/'],
    ['localhost', 'http://localhost.example.com/'],
    ['localhost', 'http://a.localhost/'],
    ['localhost', 'http://127.0.0.1/'],
    ['localhost', 'http://user@localhost/'],
    ['localhost', 'ftp://localhost/'],
    ['localhost', `http://localhost/${'a'.repeat(2048)}`],
    ['', 'http://localhost/'],
  ])('%s does not exempt %s', (host, url) => {
    expect(problemWithUrl(url, [host])).toMatch(SENTENCE)
  })
})

describe('an address that a name has led to', () => {
  test.each(['8.8.8.8', '1.1.1.1', '93.184.215.14', '2606:4700:4700::1111', '2A00:1450:4001:82A::200E'])(
    'may be connected to: %s',
    (ip) => {
      expect(problemWithAddress(ip)).toBeNull()
    },
  )

  test.each([
    ...['127.0.0.1', '10.1.2.3', '169.254.169.254', '168.63.129.16', '192.88.99.1', '::1', '::', 'fd00:ec2::254'],
    ...['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::8.8.8.8', '::808:808', '64:ff9b::808:808', 'fe80::1%eth0'],
    ...['2606:4700::1%eth0', '2606:4700::1/64', '8.8.8.8/8', '127.1', '0x7f.1', '010.8.8.8', '8.8', '134744072'],
    ...['', ' 8.8.8.8', '8.8.8.8 ', '8.8.8.8.', '[2606:4700::1]', 'shop.example.com', '1::2::3'],
  ])('is refused, and not named: %j', (ip) => {
    const problem = problemWithAddress(ip)
    expect(problem).toMatch(SENTENCE)
    if (ip.trim() !== '') expect(problem).not.toContain(ip)
  })
})
