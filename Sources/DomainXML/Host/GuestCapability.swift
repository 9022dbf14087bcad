/// Guests of one architecture that a host can run.
package struct GuestCapability: Hashable, Sendable {
  /// A machine type.
  package struct Machine: Hashable, Sendable {
    /// Such as `pc-q35-7.2`, or an alias such as `q35`.
    package let name: String
    /// The type that an alias stands for; nil if the name is not an alias.
    package let canonical: String?
    /// The most virtual processors; nil if not stated.
    package let maxCPUs: Int?
    /// True if QEMU plans to remove it.
    package let isDeprecated: Bool
  }

  /// A way to run such guests.
  package struct Runner: Hashable, Sendable {
    /// What runs them.
    package let type: DomainType
    /// An emulator of its own; nil means the guest's.
    package let emulator: String?
  }

  /// `hvm` for whole virtual machines.
  package let systemType: String
  /// Such as `x86_64`.
  package let architecture: String
  /// Bits of a machine word; nil if not stated.
  package let wordSize: Int?
  /// The emulator's path; nil if there is none.
  package let emulator: String?
  /// Machine types in libvirt's order.
  package let machines: [Machine]
  /// The ways to run them.
  package let runners: [Runner]

  /// Reads `<guest>`; nil if it names no architecture.
  init?(_ element: XMLElement) {
    guard let arch = element.child(named: "arch"), let name = arch.attribute("name") else { return nil }
    systemType = element.child(named: "os_type")?.trimmedText ?? ""
    architecture = name
    wordSize = arch.child(named: "wordsize")?.textNumber
    emulator = arch.child(named: "emulator")?.trimmedText
    machines = arch.children(named: "machine").compactMap { machine in
      machine.trimmedText.map {
        Machine(
          name: $0, canonical: machine.attribute("canonical"), maxCPUs: machine.number("maxCpus"),
          isDeprecated: machine.isYes("deprecated"))
      }
    }
    runners = arch.children(named: "domain").compactMap { domain in
      domain.attribute("type").map {
        Runner(type: DomainType(rawValue: $0), emulator: domain.child(named: "emulator")?.trimmedText)
      }
    }
  }

  /// Whether the host says it can run such guests this way.
  package func runs(as type: DomainType) -> Bool { runners.contains { $0.type == type } }

  /// The emulator for a way of running; nil if there is none.
  package func emulator(for type: DomainType) -> String? {
    runners.first { $0.type == type }.flatMap { $0.emulator ?? emulator }
  }

  /// The machine type with this name or alias; nil if the host has none.
  package func machine(named name: String) -> Machine? { machines.first { $0.name == name } }
}
