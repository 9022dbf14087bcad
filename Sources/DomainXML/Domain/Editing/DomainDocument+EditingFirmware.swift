extension DomainDocument {
  /// Takes the name of the file with the firmware's variables out, so that libvirt makes one of the guest's own.
  ///
  /// Where the document names no template, the file it named becomes that: libvirt knows templates of the firmware
  /// in its own list only.
  public mutating func leaveVariablesToLibvirt(takeAsTemplate: Bool) throws(DomainXMLError) {
    try edit { root throws(DomainXMLError) in
      for nvram in root.child(named: "os")?.children(named: "nvram") ?? [] {
        let path = nvram.trimmedText ?? nvram.child(named: "source")?.attribute("file")
        nvram.removeChildren(named: "source")
        try nvram.setText("")
        nvram.removeAttribute("type")
        if takeAsTemplate, nvram.attribute("template") == nil, let path {
          try nvram.setAttribute("template", path)
        }
        if nvram.attribute("template") == nil { nvram.remove() }
      }
    }
  }
}
