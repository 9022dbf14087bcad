/// The limits of message fields, by the fields' names; every field of every message has one.
enum FieldLimit {
  /// A UUID, in bytes.
  static let id = 36
  /// A MAC address, in bytes.
  static let mac = 17
  /// Two MAC addresses with a separator, in bytes.
  static let macRange = 35
  /// A SHA-256 hash in hexadecimal digits, in bytes.
  static let hash = 64
  /// A name of a VM, host, network, format and so on, in bytes: as long as a file name may be.
  static let name = 255
  /// A path or a sentence, in bytes; the default for texts.
  static let text = 4096
  /// A certificate, a key or a request for one, in bytes.
  static let pem = 64 << 10
  /// A domain's document, or a piece of a file, in bytes.
  static let document = 1 << 20
  /// Fields that this code does not know, of one message, in bytes.
  static let unknown = 64 << 10
  /// The elements of a list or map.
  static let elements = 4096
  /// The devices of one kind that a VM has.
  static let devices = 256
  /// The backing files of one disk.
  static let chain = 64
  /// The messages, list elements and map entries of one message and everything in it.
  static let total = 1 << 18
  /// The magnitude of any integer, so that the sum of two does not overflow.
  static let number: UInt64 = 1 << 62

  /// A text of this length or less fits every field.
  static let alwaysFits = mac

  /// The longest text or bytes that a field takes, in bytes; `path` is the field's name behind its message's.
  static func bytes(of field: String, in message: String) -> Int {
    texts["\(message).\(field)"] ?? texts[field] ?? (field.hasSuffix("_pem") ? pem : text)
  }

  /// The most elements that a list or map takes.
  static func elements(of field: String, in message: String) -> Int {
    lists["\(message).\(field)"] ?? lists[field] ?? elements
  }

  /// The largest integer that a field takes, and the same below zero.
  static func number(of field: String, in message: String) -> UInt64 {
    numbers["\(message).\(field)"] ?? number
  }

  private static let texts: [String: Int] = [
    "action_id": id, "host_id": id, "image_id": id, "query_id": id, "request_id": id, "token_id": id,
    "tombstone": id, "tunnel_id": id, "uuid": id, "vm_id": id, "smbios_uuid": id, "incarnation": id,
    "Action.id": id, "Query.id": id, "Image.id": id, "ImageRef.id": id, "GetOperationRequest.id": name,
    "mac": mac, "macs": mac, "new_mac": mac, "passed_macs": mac, "MACPool.first": mac, "MACPool.last": mac,
    "range": macRange, "ReleaseMACRequest.mac": macRange, "MACEntry.mac": macRange,
    "sha256": hash, "secret": hash, "machine_uuid": hash, "boot_id": hash,
    "arch": name, "bridge": name, "bridges": name, "bus": name, "cdrom": name, "choice": name, "cpu_model": name,
    "cpu_models": name, "device": name, "fleet_id": name, "format": name, "group": name, "groups": name, "host": name,
    "host_name": name, "hostname": name, "ip": name, "keymap": name, "kind": name, "label": name, "labels": name,
    "listen": name, "machine": name, "machines": name, "mode": name, "model": name, "name": name, "network": name,
    "networks": name, "policy": name, "query": name, "remove": name, "set": name, "step": name, "target": name,
    "verb": name, "vm": name,
    "document": document, "DomainDocumentAnswer.saved": document, "DomainDocumentAnswer.live": document,
    "data": document, "CoordinatorTrust.revocations": document,
  ]

  private static let lists: [String: Int] = [
    "PlanBatchRequest.items": 16_384, "PlanBatchResponse.places": 16_384, "PlanBatchResponse.order": 16_384,
    "labels": 256, "set": 256, "remove": 256, "boot_order": 256, "weights": 256, "terms": 256,
    "HostFacts.disks": elements,
    "passed_macs": devices, "host_devices": devices, "macs": devices, "disks": devices, "nics": devices,
    "graphics": devices, "DomainDisk.beneath": chain,
  ]

  /// Hashes use every bit.
  private static let numbers: [String: UInt64] = ["Digest.domains": .max]
}
