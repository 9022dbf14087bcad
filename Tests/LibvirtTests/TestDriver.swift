import Foundation
import Libvirt

/// libvirt's test driver with a state of its own, which vanishes with the connection.
///
/// `test:///default` would be one state for the whole process, and tests run side by side.
enum TestDriver {
  /// Opens a fresh pretended host: one running domain, one network, one pool.
  static func open(readOnly: Bool = false) throws -> Connection {
    let file = FileManager.default.temporaryDirectory.appending(path: "libvirt-\(UUID().uuidString).xml")
    try document.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    return try Connection.open(uri: "test://\(file.path)", readOnly: readOnly)
  }

  /// A domain the test driver takes.
  static func domain(
    named name: String, uuid: String = UUID().uuidString.lowercased(), memoryKibibytes: Int = 8192
  ) -> String {
    """
    <domain type='test'>
      <name>\(name)</name>
      <uuid>\(uuid)</uuid>
      <memory unit='KiB'>\(memoryKibibytes)</memory>
      <vcpu>2</vcpu>
      <os><type>hvm</type></os>
    </domain>
    """
  }

  /// The UUID of the domain that runs from the start.
  static let runningUUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"

  private static let document = """
    <node>
      <cpu>
        <mhz>2100</mhz><model>i686</model><active>16</active>
        <nodes>2</nodes><sockets>2</sockets><cores>2</cores><threads>2</threads>
      </cpu>
      <memory>3145728</memory>
      <domain type='test'>
        <name>running</name>
        <uuid>\(runningUUID)</uuid>
        <memory unit='KiB'>8388608</memory>
        <currentMemory unit='KiB'>2097152</currentMemory>
        <vcpu>2</vcpu>
        <os><type>hvm</type></os>
        <devices>
          <interface type='network'>
            <mac address='aa:bb:cc:dd:ee:ff'/><source network='default'/><target dev='testnet0'/>
          </interface>
        </devices>
      </domain>
      <network>
        <name>default</name>
        <uuid>dd8fe884-6c02-601e-7551-cca97df1c5df</uuid>
        <bridge name='virbr0'/>
        <forward/>
        <ip address='192.168.122.1' netmask='255.255.255.0'>
          <dhcp><range start='192.168.122.128' end='192.168.122.253'/></dhcp>
        </ip>
      </network>
      <pool type='dir'>
        <name>default-pool</name>
        <uuid>dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566</uuid>
        <target><path>/default-pool</path></target>
      </pool>
    </node>
    """
}
