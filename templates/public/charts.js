// Draws each chart from the table beside it; the table stays for readers and for when this file does not run.
const drawn = new Map()

function drawAll() {
  for (const [section, chart] of drawn) {
    if (section.isConnected) continue
    chart.dispose()
    drawn.delete(section)
  }
  for (const section of document.querySelectorAll('[data-chart]')) {
    if (!drawn.has(section)) drawn.set(section, start(section))
    drawn.get(section).setOption(option(section), true)
  }
}

function start(section) {
  const canvas = section.querySelector('.canvas')
  canvas.hidden = false
  section.querySelector('details').open = false
  // lying bars keep their thickness, however many there are
  if (section.dataset.chart === 'bars')
    canvas.style.height = `${section.querySelectorAll('tbody tr').length * 1.7 + 0.5}rem`
  return echarts.init(canvas)
}

function option(section) {
  const { chart: kind, unit } = section.dataset
  const rows = [...section.querySelectorAll('tbody tr')]
  const headings = [...section.querySelectorAll('thead th')].slice(1)
  const plotted = headings.map((_, index) => index).filter((index) => 'plotted' in headings[index].dataset)
  const read = (index, row) => rows[row].cells[index + 1].textContent
  const [lying, stacked, several] = [kind === 'bars', kind === 'stack', plotted.length > 1]

  const root = getComputedStyle(document.documentElement)
  const colour = (name) => root.getPropertyValue(`--${name}`).trim()
  const rem = Number.parseFloat(root.fontSize)
  const text = { color: colour('ink'), fontSize: rem * 0.8125, fontFamily: getComputedStyle(section).fontFamily }
  const axis = {
    axisLabel: text,
    nameTextStyle: text,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colour('edge') } },
  }
  const names = { ...axis, type: 'category', data: rows.map((row) => row.cells[0].textContent), inverse: lying }
  const figures = lying
    ? { type: 'value', show: false }
    : {
        ...axis,
        type: 'value',
        name: unit,
        nameTextStyle: { ...text, align: 'left' },
        splitLine: { lineStyle: { color: colour('line') } },
      }

  return {
    animation: false,
    color: (stacked ? ['c1', 'c2', 'c3', 'c4', 'c5'] : ['c2', 'c4']).map(colour),
    grid: {
      left: 4,
      right: rem * (several ? 8 : lying ? 3 : 0.25),
      top: lying ? 0 : rem * 2.25,
      bottom: 4,
      containLabel: true,
    },
    legend: {
      show: several,
      orient: 'vertical',
      right: 0,
      top: 'middle',
      itemWidth: rem,
      textStyle: text,
      data: plotted.map((index) => headings[index].textContent).reverse(),
    },
    tooltip: {
      renderMode: 'richText',
      formatter: ({ seriesIndex, dataIndex, name, seriesName }) =>
        `${name} · ${seriesName}\n${read(plotted[seriesIndex], dataIndex)}`,
    },
    xAxis: lying ? figures : names,
    yAxis: lying ? names : figures,
    series: plotted.map((index) => ({
      type: 'bar',
      name: headings[index].textContent,
      ...(stacked && { stack: 'all' }),
      barMaxWidth: rem * 2.5,
      itemStyle: stacked ? { borderColor: colour('surface'), borderWidth: 1 } : { borderRadius: 3 },
      label: {
        ...text,
        // more columns than this leave no room for their figures
        show: !stacked && (lying || rows.length <= 8),
        position: lying ? 'right' : 'top',
        formatter: ({ dataIndex }) => read(index, dataIndex).replace(/\n(.*)/, '\n{second|$1}'),
        rich: { second: { ...text, fontSize: rem * 0.6875 } },
      },
      labelLayout: { hideOverlap: true },
      data: rows.map((row) => Number(row.cells[index + 1].firstElementChild.value)),
    })),
  }
}

function redraw() {
  drawAll()
  for (const chart of drawn.values()) chart.resize()
}

// Paper is light: the dark colours go while the pictures for it are drawn.
function forPaper(yes) {
  const dark = document.querySelector('link[href$="/dark.css"]')
  if (dark) dark.disabled = yes
  redraw()
}

// Not before the fonts are there: widths measured with another font stay, and labels are cut off.
document.fonts.ready.then(drawAll)
document.fonts.addEventListener('loadingdone', drawAll)
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)
document.addEventListener('htmx:after:swap', drawAll)
addEventListener('resize', redraw)
addEventListener('beforeprint', () => forPaper(true))
addEventListener('afterprint', () => forPaper(false))
