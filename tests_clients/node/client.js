// Uses the simulated router through npm's node-routeros: client.js PORT VERSION.
const assert = require('assert');
const { RouterOSAPI } = require('node-routeros');

const [port, version] = process.argv.slice(2);
const wrong = version === '6.42' ? /cannot log in/i : /invalid user name or password|username or password is invalid/i;

const connection = (password) =>
  new RouterOSAPI({ host: '127.0.0.1', port: Number(port), user: 'admin', password, timeout: 20 });

async function main() {
  await assert.rejects(connection('wrong').connect(), (error) => wrong.test(error.message) || error.errno === 'CANTLOGIN');

  const router = connection('secret');
  await router.connect();
  const interfaces = await router.write('/interface/print');
  assert.strictEqual(interfaces.length, 10);
  assert.strictEqual(interfaces[0].name, 'ether1');

  const [{ ret }] = await router.write('/ip/address/add', ['=address=10.1.2.3/16', '=interface=ether3']);
  assert.strictEqual(ret, '*4');
  await router.write('/ip/address/set', ['=.id=' + ret, '=comment=changed']);
  const found = await router.write('/ip/address/print', ['=.proplist=address,comment', '?.id=' + ret]);
  assert.deepStrictEqual({ ...found[0] }, { address: '10.1.2.3/16', comment: 'changed' });
  await router.write('/ip/address/remove', ['=.id=' + ret]);
  await assert.rejects(router.write('/ip/address/remove', ['=.id=' + ret]), /no such item/);
  await assert.rejects(router.write('/nowhere/print'), /no such command/);

  // Commands at the same time, told apart by their tags.
  const [list, some, identity] = await Promise.all([
    router.write('/ip/firewall/address-list/print'),
    router.write('/interface/print', ['?name=ether1', '?type=bridge', '?#|']),
    router.write('/system/identity/print'),
  ]);
  assert.strictEqual(list.length, 5000);
  assert.deepStrictEqual(some.map((row) => row.name), ['ether1', 'bridge1']);
  assert.strictEqual(identity[0].name, 'MikroTik');

  // A command that does not end by itself.
  let rows = 0;
  await new Promise((resolve, reject) => {
    const stream = router.stream(['/interface/monitor-traffic', '=interface=ether1'], (error, row) => {
      if (error) return reject(error);
      rows++;
      if (rows === 3) stream.stop().then(resolve, reject);
    });
  });
  await router.close();
  console.log('content');
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
