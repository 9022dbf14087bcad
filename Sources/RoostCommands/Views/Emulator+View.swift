internal import Fleet

extension Emulator {
  /// The emulator as a fleet file has it; its many machines stand on one line.
  var tree: Tree {
    .object([
      "arch": .text(architecture), "machines": .text(machines.joined(separator: " ")),
      "accelerators": .text(accelerators.joined(separator: " ")),
    ])
  }
}
