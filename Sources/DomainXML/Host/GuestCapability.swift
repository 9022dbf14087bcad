/// Guests of one architecture that a host can run.
public struct GuestCapability: Hashable, Sendable {
  /// A machine type.
  public struct Machine: Hashable, Sendable {
    /// Such as `pc-q35-7.2`, or an alias such as `q35`.
    public let name: String
    /// What an alias stands for; nil if the name is no alias.
    public let canonical: String?
    /// The most virtual processors; nil if not stated.
    public let maxCPUs: Int?
    /// Whether the emulator's authors mean to remove it.
    public let isDeprecated: Bool
  }

  /// A way to run such guests.
  public struct Runner: Hashable, Sendable {
    /// What runs them.
    public let type: DomainType
    /// An emulator of its own; nil means the guest's.
    public let emulator: String?
  }

  /// `hvm` for whole virtual machines.
  public let systemType: String
  /// Such as `x86_64`.
  public let architecture: String
  /// Bits of a machine word; nil if not stated.
  public let wordSize: Int?
  /// The emulator's path; nil if there is none.
  public let emulator: String?
  /// Machine types in libvirt's order.
  public let machines: [Machine]
  /// The ways to run them.
  public let runners: [Runner]

  /// Reads `<guest>`; nil if it names no architecture.
  init?(_ element: MarkupElement) {
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
  public func runs(as type: DomainType) -> Bool { runners.contains { $0.type == type } }

  /// The emulator for a way of running; nil if there is none.
  public func emulator(for type: DomainType) -> String? {
    runners.first { $0.type == type }.flatMap { $0.emulator ?? emulator }
  }

  /// The machine type with this name or alias; nil if the host has none.
  public func machine(named name: String) -> Machine? { machines.first { $0.name == name } }
}
