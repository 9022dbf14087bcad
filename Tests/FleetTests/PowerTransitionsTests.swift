import Fleet
import Testing

/// The whole table of verbs and states: `act`, `there` (nothing to do) or `no`.
@Suite("Transitions of power")
struct PowerTransitionsTests {
  private static let table = """
    state        | start | stop  | restart | pause | resume
    pending      | no    | no    | no      | no    | no
    provisioning | no    | no    | no      | no    | no
    stopped      | act   | there | no      | no    | no
    starting     | there | act   | no      | no    | no
    running      | there | act   | act     | act   | there
    paused       | no    | act   | no      | there | act
    migrating    | no    | no    | no      | no    | no
    deleting     | no    | no    | no      | no    | no
    deleted      | no    | no    | no      | no    | no
    failed       | act   | act   | no      | no    | no
    """

  private static func rows() -> [[String]] {
    table.split(separator: "\n").map { line in
      line.split(separator: "|").map { String($0.filter { $0 != " " }) }
    }
  }

  @Test("every verb means what the table says in every state")
  func table() throws {
    let rows = Self.rows()
    let verbs = try rows[0].dropFirst().map { try #require(PowerVerb(rawValue: $0)) }
    #expect(Set(verbs) == Set(PowerVerb.allCases))
    for row in rows.dropFirst() {
      let state = try #require(VMState(name: row[0], reason: "the disk is full"))
      for (verb, expected) in zip(verbs, row.dropFirst()) {
        switch PowerTransitions.verdict(verb, in: state) {
        case .act: #expect(expected == "act", "\(verb) in \(state.name)")
        case .alreadyThere: #expect(expected == "there", "\(verb) in \(state.name)")
        case .illegal(let why, let hint):
          #expect(expected == "no", "\(verb) in \(state.name)")
          #expect(!why.isEmpty && hint.hasPrefix("roost") || hint.hasPrefix("wait") || hint.hasPrefix("try"))
        }
      }
    }
  }

  @Test("the table has every state, and names read back")
  func states() throws {
    let names = Self.rows().dropFirst().map { $0[0] }
    #expect(names.count == 10 && Set(names).count == 10)
    for name in names { #expect(VMState(name: name)?.name == name) }
    #expect(VMState(name: "RUNNING") == nil)
    #expect(VMState(name: "failed", reason: "x")?.reason == "x")
    #expect(VMState.running.reason == nil)
  }

  @Test("a verb that is done is there already when it is said again", arguments: PowerVerb.allCases)
  func repeats(_ verb: PowerVerb) throws {
    let after = try #require(VMState(name: verb.target.rawValue))
    let verdict = PowerTransitions.verdict(verb, in: after)
    #expect(verb == .restart ? verdict == .act : verdict == .alreadyThere)
  }

  @Test("a guest that crashed, goes down or sleeps is neither on nor off", arguments: [false, true])
  func between(force: Bool) {
    for state in DomainState.allCases {
      for verb in PowerVerb.allCases {
        let verdict = PowerTransitions.verdict(verb, force: force, seen: state)
        let acts: Bool? =
          switch (state, verb) {
          case (.crashed, .stop): force
          case (.shuttingDown, .stop), (.shuttingDown, .start), (.suspended, .stop): true
          case (.suspended, .restart): force
          case (.crashed, _), (.shuttingDown, _), (.suspended, _): false
          default: nil
          }
        #expect((verdict == nil) == (acts == nil), "\(verb) of \(state)")
        if acts != nil { #expect((verdict == .act) == acts, "\(verb) of \(state)") }
      }
    }
    #expect(DomainState.crashed.isActive && DomainState.unknown.mayBeActive && !DomainState.stopped.mayBeActive)
  }
}
