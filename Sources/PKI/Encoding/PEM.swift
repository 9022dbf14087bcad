internal import COpenSSL

/// The text armour around DER: a label, base64 in lines of 64, the label again.
enum PEM {
  /// Wraps DER bytes in PEM lines, ending in a newline.
  static func encode(_ der: [UInt8], label: String) -> String {
    var text = "-----BEGIN \(label)-----\n"
    // SAFETY: EVP_EncodeBlock writes 4 bytes for each begun group of 3 and one NUL, which is the capacity given.
    let encoded = unsafe [UInt8](unsafeUninitializedCapacity: (der.count + 2) / 3 * 4 + 1) { buffer, count in
      count = Int(unsafe EVP_EncodeBlock(buffer.baseAddress, der, Int32(clamping: der.count)))
    }
    for start in stride(from: 0, to: encoded.count, by: 64) {
      text += String(decoding: encoded[start..<min(start + 64, encoded.count)], as: UTF8.self)
      text += "\n"
    }
    return text + "-----END \(label)-----\n"
  }

  /// The DER bytes of the one block in a text; other text around the block is allowed, a second block is not.
  static func decode(_ text: String, label: String, limit: Int, what: String) throws -> [UInt8] {
    let blocks = try decodeAll(text, label: label, limit: limit, most: 1, what: what)
    guard let block = blocks.first else { throw PKIError(.malformed, "\(what) isn't PEM text") }
    return block
  }

  /// The DER bytes of the blocks in a text, one at least; other text around them is allowed.
  static func decodeAll(_ text: String, label: String, limit: Int, most: Int, what: String) throws -> [[UInt8]] {
    // Base64 takes four bytes for three; lines and texts around the blocks get the same room again.
    try DER.checkSize(text.utf8.count, limit: limit * 2 * most, what: what)
    let bio = try MemoryBuffer.reading(Array(text.utf8))
    ERR_clear_error()
    var blocks: [[UInt8]] = []
    while let block = try nextBlock(bio) {
      guard blocks.count < most else {
        throw PKIError(.malformed, "\(what) holds more than \(most == 1 ? "one PEM block" : "\(most) PEM blocks")")
      }
      guard block.label == label, block.header.isEmpty else {
        throw PKIError(.malformed, "\(what) isn't a plain PEM block labelled \(label)")
      }
      blocks.append(block.der)
    }
    guard !blocks.isEmpty else { throw PKIError.openSSL(.malformed, "\(what) isn't PEM text") }
    ERR_clear_error()
    return blocks
  }

  /// One block as it stands in the text.
  private struct Block {
    var label: String
    var header: String
    var der: [UInt8]
  }

  /// Reads up to the end of the next block; nil when there is none or it is damaged.
  private static func nextBlock(_ bio: Handle) throws -> Block? {
    bio.withPointer { bio in
      var name: UnsafeMutablePointer<CChar>?
      var header: UnsafeMutablePointer<CChar>?
      var data: UnsafeMutablePointer<UInt8>?
      var count = 0
      // SAFETY: on success all three are NUL-terminated or counted memory that we own: copied, then freed.
      defer {
        unsafe roost_free(name)
        unsafe roost_free(header)
        unsafe roost_free(data)
      }
      guard unsafe PEM_read_bio(bio, &name, &header, &data, &count) == 1,
        let name = unsafe name, let header = unsafe header, let data = unsafe data, count >= 0
      else { return nil }
      return unsafe Block(
        label: String(cString: name), header: String(cString: header),
        der: Array(UnsafeBufferPointer(start: data, count: count)))
    }
  }
}
