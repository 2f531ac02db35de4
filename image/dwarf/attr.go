package dwarf

// A Tag is what an entry describes: DW_TAG_*.
type Tag uint16

// The tags, by shorter names where those are no other's.
const (
	TagArray                Tag = 0x01
	TagClass                Tag = 0x02
	TagEnum                 Tag = 0x04
	TagFormalParameter      Tag = 0x05
	TagLexicalBlock         Tag = 0x0b
	TagMember               Tag = 0x0d
	TagPointer              Tag = 0x0f
	TagReference            Tag = 0x10
	TagCompile              Tag = 0x11
	TagStructure            Tag = 0x13
	TagSubroutineType       Tag = 0x15
	TagTypedef              Tag = 0x16
	TagUnion                Tag = 0x17
	TagVariant              Tag = 0x19
	TagInheritance          Tag = 0x1c
	TagInlined              Tag = 0x1d
	TagModule               Tag = 0x1e
	TagPointerToMember      Tag = 0x1f
	TagSubrange             Tag = 0x21
	TagBase                 Tag = 0x24
	TagConst                Tag = 0x26
	TagEnumerator           Tag = 0x28
	TagPacked               Tag = 0x2d
	TagSubprogram           Tag = 0x2e
	TagTemplateType         Tag = 0x2f
	TagVariantPart          Tag = 0x33
	TagVariable             Tag = 0x34
	TagVolatile             Tag = 0x35
	TagRestrict             Tag = 0x37
	TagInterface            Tag = 0x38
	TagNamespace            Tag = 0x39
	TagUnspecified          Tag = 0x3b
	TagPartial              Tag = 0x3c
	TagImportedUnit         Tag = 0x3d
	TagShared               Tag = 0x40
	TagTypeUnit             Tag = 0x41
	TagRvalueReference      Tag = 0x42
	TagAtomic               Tag = 0x47
	TagCallSite             Tag = 0x48
	TagCallSiteParameter    Tag = 0x49
	TagImmutable            Tag = 0x4b
	TagGNUParameterPack     Tag = 0x4107
	TagGNUCallSite          Tag = 0x4109
	TagGNUCallSiteParameter Tag = 0x410a
)

// An Attr is a property of an entry: DW_AT_*.
type Attr uint16

// The attributes.
const (
	AttrSibling            Attr = 0x01
	AttrLocation           Attr = 0x02
	AttrName               Attr = 0x03
	AttrByteSize           Attr = 0x0b
	AttrBitOffset          Attr = 0x0c
	AttrBitSize            Attr = 0x0d
	AttrStmtList           Attr = 0x10
	AttrLowPC              Attr = 0x11
	AttrHighPC             Attr = 0x12
	AttrLanguage           Attr = 0x13
	AttrDiscriminant       Attr = 0x15
	AttrDiscriminantValue  Attr = 0x16
	AttrImport             Attr = 0x18
	AttrCompDir            Attr = 0x1b
	AttrConstValue         Attr = 0x1c
	AttrLowerBound         Attr = 0x22
	AttrBitStride          Attr = 0x2e
	AttrUpperBound         Attr = 0x2f
	AttrAbstractOrigin     Attr = 0x31
	AttrArtificial         Attr = 0x34
	AttrCallingConvention  Attr = 0x36
	AttrCount              Attr = 0x37
	AttrDataMemberLocation Attr = 0x38
	AttrDeclFile           Attr = 0x3a
	AttrDeclLine           Attr = 0x3b
	AttrDeclaration        Attr = 0x3c
	AttrEncoding           Attr = 0x3e
	AttrExternal           Attr = 0x3f
	AttrFrameBase          Attr = 0x40
	AttrSpecification      Attr = 0x47
	AttrType               Attr = 0x49
	AttrVariableParameter  Attr = 0x4b
	AttrVirtuality         Attr = 0x4c
	AttrByteStride         Attr = 0x51
	AttrEntryPC            Attr = 0x52
	AttrRanges             Attr = 0x55
	AttrCallColumn         Attr = 0x57
	AttrCallFile           Attr = 0x58
	AttrCallLine           Attr = 0x59
	AttrSignature          Attr = 0x69
	AttrDataBitOffset      Attr = 0x6b
	AttrLinkageName        Attr = 0x6e
	AttrDeleted            Attr = 0x8a
	AttrDefaulted          Attr = 0x8b
	AttrStrOffsetsBase     Attr = 0x72
	AttrAddrBase           Attr = 0x73
	AttrRnglistsBase       Attr = 0x74
	AttrDwoName            Attr = 0x76
	AttrCallReturnPC       Attr = 0x7d
	AttrCallValue          Attr = 0x7e
	AttrEnumClass          Attr = 0x6d
	AttrExportSymbols      Attr = 0x89
	AttrLoclistsBase       Attr = 0x8c
	AttrMIPSLinkageName    Attr = 0x2007
	AttrGNUVector          Attr = 0x2107
	AttrGNUCallSiteValue   Attr = 0x2111
	AttrGNUDwoName         Attr = 0x2130
	AttrGNUDwoID           Attr = 0x2131
	AttrGNURangesBase      Attr = 0x2132
	AttrGNUAddrBase        Attr = 0x2133
	AttrGoKind             Attr = 0x2900
	AttrGoKey              Attr = 0x2901
	AttrGoEmbedded         Attr = 0x2903
	AttrGoRuntimeType      Attr = 0x2904
	AttrGoElem             Attr = 0x2902
)
