// An SMSC by another hand. It writes what it reads as lines of JSON.
'use strict';
const smpp = require('smpp');

const say = (what) => process.stdout.write(JSON.stringify(what) + '\n');
let ids = 0;

function receipt(session, pdu, id) {
  session.deliver_sm({
    source_addr_ton: 1, source_addr_npi: 1, source_addr: pdu.destination_addr,
    dest_addr_ton: pdu.source_addr_ton, dest_addr_npi: pdu.source_addr_npi, destination_addr: pdu.source_addr,
    esm_class: 4, receipted_message_id: id, message_state: 2, user_message_reference: pdu.user_message_reference,
    short_message: Buffer.from(`id:${id} sub:001 dlvrd:001 submit date:2511270724 done date:2511270725 stat:DELIVRD err:000 text:`),
  }, (answer) => say({command: answer.command, status: answer.command_status}));
}

const server = smpp.createServer((session) => {
  session.on('error', (error) => say({error: error.message}));
  session.on('bind_transceiver', (pdu) => {
    say({
      command: pdu.command, system_id: pdu.system_id, system_type: pdu.system_type, version: pdu.interface_version,
    });
    if (pdu.password !== 'hush-926') {
      session.send(pdu.response({command_status: smpp.ESME_RINVPASWD}));
      session.close();
      return;
    }
    session.send(pdu.response({system_id: 'node', sc_interface_version: 0x34}));
  });
  session.on('enquire_link', (pdu) => { say({command: pdu.command}); session.send(pdu.response()); });
  session.on('unbind', (pdu) => { say({command: pdu.command}); session.send(pdu.response()); session.close(); });
  session.on('submit_sm', (pdu) => {
    const message = pdu.short_message;
    say({
      command: pdu.command, from: pdu.source_addr, from_ton: pdu.source_addr_ton, to: pdu.destination_addr,
      to_ton: pdu.dest_addr_ton, to_npi: pdu.dest_addr_npi, text: message.message, coding: pdu.data_coding,
      header: message.udh ? Buffer.concat(message.udh).toString('hex') : '', validity: pdu.validity_period ? 'yes' : '',
      receipt: pdu.registered_delivery,
    });
    if (message.message === 'throttle') return session.send(pdu.response({command_status: smpp.ESME_RTHROTTLED}));
    if (message.message === 'cut') return session.destroy();
    const id = (++ids).toString(16).padStart(8, '0');
    session.send(pdu.response({message_id: id}));
    if (pdu.registered_delivery & 1) receipt(session, pdu, id);
  });
});
server.listen(0, '127.0.0.1', () => say({port: server.address().port}));
process.stdin.on('end', () => process.exit(0)).resume(); // with whoever started it
